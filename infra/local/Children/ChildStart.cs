using System.Text.RegularExpressions;

namespace CloudPos.Local.Children;

/// <summary>What is needed to start a program of ours as a process of its own, once or again.</summary>
/// <param name="Name">As people know it; errors name it.</param>
/// <param name="File">The program's full path. It works in the folder that the program lies in.</param>
/// <param name="LogFile">Where standard output and errors go; appended to at each start.</param>
internal sealed partial record ChildStart(
    string Name, string File, IReadOnlyList<string> Arguments, string LogFile)
{
    /// <summary>Variables beside those of this process; a null value takes a variable away.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } =
        new Dictionary<string, string?>();

    /// <summary>The line of standard output that says: ready. Its group "address" tells where.</summary>
    public Regex Ready { get; init; } = Listening();

    public TimeSpan ReadyWithin { get; init; } = TimeSpan.FromMinutes(3);

    [GeneratedRegex(@"^\s*listening on (?:http://)?(?<address>127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();
}
