namespace CloudPos.Tests.Tidy;

public class TidyTests
{
    public static TheoryData<Rule> EveryRule => [.. Rules.All];

    [Theory, MemberData(nameof(EveryRule))]
    public void The_tree_keeps_the_rule(Rule rule) =>
        AssertNone(SourceTree.Files.SelectMany(rule.Find));

    [Theory, MemberData(nameof(EveryRule))]
    public void A_file_that_breaks_the_rule_is_found(Rule rule) => Assert.NotEmpty(rule.Find(rule.Bad));

    [Fact]
    public void The_walk_sees_the_sources()
    {
        Assert.Contains(SourceTree.Files, file => file.Path == "tests/CloudPos.Tests/Tidy/TidyTests.cs");
        Assert.Contains(SourceTree.Files, file => file.Path == ".ci/run");
        Assert.DoesNotContain(SourceTree.Files, file => file.Path.Contains("/obj/"));
    }

    [Fact]
    public void Only_known_names_stand_at_the_top() =>
        AssertNone(Layout.StrangersAtTheTop(SourceTree.TopNames()));

    [Fact]
    public void A_stranger_at_the_top_is_found() =>
        Assert.Single(Layout.StrangersAtTheTop([".ci", "shared", "notes.txt"]));

    [Fact]
    public void Rooms_with_state_say_what_was_decided() =>
        AssertNone(Layout.UnexplainedRooms([.. SourceTree.Files]));

    [Theory]
    [InlineData("# Journal\n\n## Decisions and trade-offs\n\n- one writer\n", 0)]
    [InlineData("# Journal\n\n## Decisions and trade-offs\n\n- one writer\n\n## More\n", 1)]
    [InlineData("# Journal\n", 1)]
    [InlineData(null, 1)]
    public void A_room_is_explained_by_a_design_that_ends_in_its_decisions(string? design, int findings)
    {
        List<SourceFile> files = [new("terminal/Journal/Entry.cs", "")];
        if (design is not null) files.Add(new("terminal/Journal/DESIGN.md", design));
        Assert.Equal(findings, Layout.UnexplainedRooms(files).Count());
    }

    private static void AssertNone(IEnumerable<Finding> findings)
    {
        var list = string.Join('\n', findings);
        Assert.True(list.Length == 0, list);
    }
}
