using System.Text.RegularExpressions;

namespace CloudPos.Tests.Tidy;

/// <summary>
/// The table of complaints in the touch screen's DESIGN.md names, for each, tests that are there.
/// </summary>
public partial class ComplaintTests
{
    private const int Complaints = 23;

    [Fact]
    public void Each_complaint_is_listed_once_and_the_tests_that_it_names_exist()
    {
        var design = SourceTree.Files.Single(file => file.Path == "terminal/Web/DESIGN.md");
        var rows = design.Lines.Where(line => Row().IsMatch(line)).ToList();
        var tests = string.Concat(
            SourceTree.Files.Where(file => file.IsIn("tests") && file.IsCSharp).Select(file => file.Text));

        Assert.Equal(
            Enumerable.Range(1, Complaints), rows.Select(row => int.Parse(Row().Match(row).Groups[1].Value)));
        Assert.All(
            rows.SelectMany(row => Name().Matches(row).Select(match => match.Groups[1].Value)),
            name => Assert.Contains($" {name}(", tests, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^\| C(\d+) ")]
    private static partial Regex Row();

    [GeneratedRegex("`([A-Z][a-z]*_[A-Za-z_]+)`")]
    private static partial Regex Name();
}
