namespace CloudPos.Tests.Tidy;

/// <summary>The scanner behind the rules: what it must not take for code.</summary>
public class ScannerTests
{
    [Theory]
    [InlineData("a // { comment\nb", "a             \nb")]
    [InlineData("a /* {\n} */ b", "a     \n     b")]
    [InlineData("x = \"{\\\"{\";", "x =       ;")]
    [InlineData("x = @\"{\"\"{\";", "x =        ;")]
    [InlineData("x = $\"{y[\"}\"]}{{\";", "x =              ;")]
    [InlineData("x = \"\"\"a \"{\" b\"\"\";", "x =              ;")]
    [InlineData("c == '{' || c == '\\''", "c ==     || c ==     ")]
    public void Comments_and_literals_are_blanked_and_nothing_moves(string text, string expected)
    {
        Assert.Equal(text.Length, expected.Length);
        Assert.Equal(expected, CSharpText.WithoutCommentsAndStrings(text));
    }

    [Fact]
    public void Members_are_measured_without_their_attributes_and_tables_are_not_members()
    {
        const string text = """
            namespace A;
            internal sealed class B<T> where T : class
            {
                private static readonly int[] Table = new[] {
                    1,
                    2 };
                [Fact]
                [InlineData("{")]
                public void C(int d)
                {
                    if (d > 0) { E(() => { d++; }); }
                }
                public int F { get; set; }
                public int G => H switch {
                    1 => 2,
                    _ => 3,
                };
            }
            """;
        Assert.Equal([(9, 4), (13, 1), (14, 4)], MemberLengths.Of(text));
    }

    [Theory]
    [InlineData("try { } catch { }", 1)]
    [InlineData("try { } catch (A) { Log(); } catch (B)\n{\n}", 1)]
    [InlineData("try { } catch (A e) when (e is { B: 1 }) { throw; }", 0)]
    [InlineData("// catch { }", 0)]
    public void A_catch_counts_as_empty_whatever_its_filter_says(string text, int findings)
    {
        var rule = Rules.All.Single(rule => rule.Name.Contains("empty catch", StringComparison.Ordinal));
        Assert.Equal(findings, rule.Find(new SourceFile("shared/A.cs", text)).Count());
    }

    [Theory]
    [InlineData("terminal/A.cs", "using CloudPos.Functions;", 1)]
    [InlineData("functions/A.cs", "using CloudPos.Terminal.Risk;", 1)]
    [InlineData("shared/A.cs", "using CloudPos.Local;", 1)]
    [InlineData("infra/local/A.cs", "CloudPos.Terminal.Program.Main();", 1)]
    [InlineData("infra/local/A.csproj", "<X Include=\"../CloudPos.Terminal.csproj\" />", 1)]
    [InlineData("infra/local/A.csproj",
        "<X Include=\"../CloudPos.Terminal.csproj\" ReferenceOutputAssembly=\"false\" />", 0)]
    [InlineData("terminal/A.cs", "using CloudPos.Wire; // CloudPos.Functions answers", 0)]
    [InlineData("tests/CloudPos.Tests/A.cs", "using CloudPos.Terminal; using CloudPos.Functions;", 0)]
    public void Directions_hold_for_code_and_project_files(string path, string text, int findings)
    {
        var rule = Rules.All.Single(rule => rule.Name.Contains("direction", StringComparison.Ordinal));
        Assert.Equal(findings, rule.Find(new SourceFile(path, text)).Count());
    }
}
