using CloudPos.Local.Printer;

namespace CloudPos.Tests.Local;

/// <summary>
/// The printer double against bytes written down by hand from the manual (Epson ESC/POS command reference),
/// so that it
/// does not merely agree with what this project sends.
/// </summary>
public class EscPosReaderTests
{
    [Theory]
    [InlineData("1B40", "ESC @ ")]
    [InlineData("1B7413", "ESC t 13")]
    [InlineData("1B4501 41420A", "ESC E 01|text 4142|LF ")]
    [InlineData("1D2111", "GS ! 11")]
    [InlineData("1D564200", "GS V 4200")]
    [InlineData("1D5600", "GS V 00")]
    [InlineData("1B70001932", "ESC p 001932")]
    [InlineData("100401 100402 100404", "DLE EOT 01|DLE EOT 02|DLE EOT 04")]
    [InlineData("1014010001", "DLE DC4 010001")]
    [InlineData("10140801031401060208", "DLE DC4 0801031401060208")]
    [InlineData("1D7630000200 0300 FF00FF00FF00 0A", "GS v 0 0002000300FF00FF00FF00|LF ")]
    [InlineData("1D286B0300 314306", "GS ( k 314306")]
    [InlineData("1D286B0600 315030414243", "GS ( k 315030414243")]
    [InlineData("1D7201", "GS r 01")]
    [InlineData("1B99", "? 1B99")]
    [InlineData("07", "? 07")]
    public void Bytes_are_cut_into_the_manuals_commands(string hex, string commands)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

        Assert.Equal(commands, Describe(new EscPosReader().Read(bytes)));
    }

    [Fact]
    public void It_makes_no_difference_how_the_bytes_arrive()
    {
        var bytes = Convert.FromHexString(
            "1B401B74131D7630000100020080401D286B060031503041424342430A1D564200");
        var whole = Describe(new EscPosReader().Read(bytes));
        var reader = new EscPosReader();

        var pieces = bytes.SelectMany(one => reader.Read([one])).ToList();

        Assert.Equal(whole, Describe(pieces));
    }

    [Fact]
    public void A_binary_payload_is_not_taken_for_commands()
    {
        var bytes = Convert.FromHexString("1D76300003000100" + "100401" + "41");

        Assert.Equal("GS v 0 0003000100100401|text 41", Describe(new EscPosReader().Read(bytes)));
    }

    [Fact]
    public void Text_stands_where_margin_size_and_font_put_it()
    {
        var head = new PrintHead(576);
        foreach (var command in new EscPosReader().Read(Convert.FromHexString(
            "1B40" + "1B7413" + "1D4C2400" + "84D50A" + "1D2111" + "41420A" + "1D2100" + "1B6101" + "430A")))
            Assert.Null(head.Do(command));

        var sheet = head.Do(new EscPosCommand("GS V", [66, 0]))!;

        Assert.Equal(
            [
                new TextMark(36, 0, "ä€", 12, 1, 1, false),
                new TextMark(36, 30, "AB", 12, 2, 2, false),
                new TextMark(282, 84, "C", 12, 1, 1, false),
            ],
            sheet.Marks);
        Assert.Empty(head.Faults);
    }

    private static string Describe(IEnumerable<EscPosCommand> commands)
    {
        var joined = new List<EscPosCommand>();
        foreach (var command in commands)
            if (command.Name == "text" && joined is [.., { Name: "text" } last])
                joined[^1] = new EscPosCommand("text", [.. last.Data, .. command.Data]);
            else
                joined.Add(command);
        return string.Join('|', joined.Select(one => $"{one.Name} {Convert.ToHexString(one.Data)}"));
    }
}
