using System.Text.RegularExpressions;

namespace CloudPos.Tests.Tidy;

/// <summary>
/// A rule over one file. Bad is a made-up file that breaks it: the rule must find something there, so that a
/// rule which has stopped looking is noticed.
/// </summary>
public sealed record Rule(string Name, Func<SourceFile, IEnumerable<Finding>> Find, SourceFile Bad)
{
    public override string ToString() => Name;
}

/// <summary>
/// The rules of the tree that a compiler does not check. A new rule is one more row of All.
/// </summary>
internal static partial class Rules
{
    public const int LinesMax = 600, WidthMax = 110, MemberLinesMax = 70;

    public static readonly Rule[] All =
    [
        new("files have at most 600 lines", TooLong, new("shared/A.cs", new string('\n', LinesMax + 1))),
        new("lines are at most 110 wide", TooWide, new("shared/A.cs", new string('x', WidthMax + 1))),
        new("members have at most 70 lines", LongMembers,
            new("shared/A.cs", "class A {\n  void B()\n  {" + new string('\n', MemberLinesMax) + "  }\n}")),
        new("nothing is left to be done later", Unfinished, new("shared/A.cs", "// TO" + "DO: the rest")),
        new("no path of one machine and no registry is named", Places,
            new("README.md", "See /ho" + "me/me/x")),
        new("the projects depend in one direction", WrongDirection,
            new("terminal/A.cs", "using CloudPos.Functions.Tables;")),
        new("only shared/Crypto sees BouncyCastle", BouncyCastle,
            new("terminal/A.cs", "using Org." + "BouncyCastle.Crypto;")),
        new("shared does no I/O and knows no host", SharedIo,
            new("shared/A.cs", "using Microsoft.AspNetCore.Http;")),
        new("no error is swallowed by an empty catch", EmptyCatch,
            new("shared/A.cs", "try { F(); } catch (IOException e) when (e is { HResult: 1 }) { /* */ }")),
    ];

    private static IEnumerable<Finding> TooLong(SourceFile file)
    {
        if (!file.IsCSharp && !file.Path.EndsWith(".js", StringComparison.Ordinal)) yield break;
        var lines = file.Lines.Length - (file.Text.EndsWith('\n') ? 1 : 0);
        if (lines > LinesMax) yield return new(file.Path, lines, $"{lines} lines, at most {LinesMax}");
    }

    /// <summary>Published vectors are long strings that would be harder to check when broken.</summary>
    private static IEnumerable<Finding> TooWide(SourceFile file) =>
        !file.IsCSharp || file.Path.Contains("/Vectors/", StringComparison.Ordinal) ? [] :
            file.Lines.Index().Where(line => line.Item.Length > WidthMax)
                .Select(line => new Finding(file.Path, line.Index + 1, $"{line.Item.Length} wide"));

    private static IEnumerable<Finding> LongMembers(SourceFile file) =>
        !file.IsCSharp ? [] : MemberLengths.Of(file.Text).Where(member => member.Length > MemberLinesMax)
            .Select(member => new Finding(file.Path, member.Line, $"a member of {member.Length} lines"));

    // The words are put together here so that this file does not hold them.
    [GeneratedRegex(@"\b(TO" + @"DO|FIX" + @"ME|HA" + @"CK|NotImplemented" + @"Exception)\b")]
    private static partial Regex UnfinishedWord();

    [GeneratedRegex(@"(?<![\w.~-])/(wo" + @"rk|ho" + @"me|ro" + @"ot|Us" + @"ers)/|nuget" + @"\.org|npmjs" +
        @"\.(org|com)|deb\.debian" + @"\.org|pypi" + @"\.org|crates" + @"\.io")]
    private static partial Regex PlaceName();

    private static IEnumerable<Finding> Unfinished(SourceFile file) =>
        Matches(file, file.Text, UnfinishedWord());

    private static IEnumerable<Finding> Places(SourceFile file) =>
        Matches(file, file.Text, PlaceName());

    private static readonly (string Folder, string[] Never)[] Directions =
    [
        ("shared", ["CloudPos.Terminal", "CloudPos.Functions", "CloudPos.Local"]),
        ("terminal", ["CloudPos.Functions", "CloudPos.Local"]),
        ("functions", ["CloudPos.Terminal", "CloudPos.Local"]),
        ("infra", ["CloudPos.Terminal", "CloudPos.Functions"]),
    ];

    /// <summary>
    /// terminal -> shared &lt;- functions. infra/local names the two programs in its project file, which
    /// builds them, and nowhere else.
    /// </summary>
    private static IEnumerable<Finding> WrongDirection(SourceFile file)
    {
        if (!file.IsCSharp && !file.Path.EndsWith(".csproj", StringComparison.Ordinal)) return [];
        if (file.IsIn("infra") && !file.IsCSharp) return LinkedPrograms(file);
        var never = Directions.Where(row => file.IsIn(row.Folder)).SelectMany(row => row.Never);
        var text = file.IsCSharp ? CSharpText.WithoutCommentsAndStrings(file.Text) : file.Text;
        return never.SelectMany(name => Matches(file, text, new Regex($@"\b{Regex.Escape(name)}\b")));
    }

    private static IEnumerable<Finding> LinkedPrograms(SourceFile file) => Matches(file, file.Text,
        new Regex(@"CloudPos\.(Terminal|Functions)\.csproj""(?! ReferenceOutputAssembly=""false"")"));

    private static IEnumerable<Finding> BouncyCastle(SourceFile file)
    {
        var allowed = file.IsIn("shared/Crypto") || file.IsIn("tests/CloudPos.Tests/Crypto");
        return allowed || !file.IsCSharp
            ? []
            : Matches(file, file.Text, new Regex("Org\\." + "BouncyCastle"));
    }

    [GeneratedRegex(@"\b(Microsoft\.AspNetCore|Microsoft\.Data\.Sqlite|Azure\.\w+|System\.Net\.Sockets)\b" +
        @"|\bHttpClient\b|\b(File|Directory)\.\w+\(|\bnew FileStream\b")]
    private static partial Regex HostWord();

    private static IEnumerable<Finding> SharedIo(SourceFile file) =>
        !file.IsIn("shared") || !file.IsCSharp ? [] :
        Matches(file, CSharpText.WithoutCommentsAndStrings(file.Text), HostWord());

    /// <summary>A comment in a catch block is no handling, so it is blanked out before the look.</summary>
    private static IEnumerable<Finding> EmptyCatch(SourceFile file)
    {
        if (!file.IsCSharp) yield break;
        var code = CSharpText.WithoutCommentsAndStrings(file.Text);
        foreach (Match found in new Regex(@"\bcatch\b").Matches(code))
        {
            var i = found.Index;
            for (var depth = 0; i < code.Length && (depth > 0 || code[i] != '{'); i++)
                depth += code[i] switch { '(' => 1, ')' => -1, _ => 0 };
            var next = Math.Min(i + 1, code.Length);
            while (next < code.Length && char.IsWhiteSpace(code[next])) next++;
            if (next < code.Length && code[next] == '}')
                yield return new(file.Path, LineAt(code, found.Index), "an empty catch");
        }
    }

    private static IEnumerable<Finding> Matches(SourceFile file, string text, Regex pattern) =>
        pattern.Matches(text)
            .Select(match => new Finding(file.Path, LineAt(text, match.Index), match.Value.Trim()));

    private static int LineAt(string text, int index) => text.AsSpan(0, index).Count('\n') + 1;
}
