using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Printing;

namespace CloudPos.Tests.Terminal.Printing;

public class EscPosTests
{
    public static TheoryData<string, string> Commands => new()
    {
        { Hex(new EscPos().Start(80)), "1B401B74131D4C2400" },
        { Hex(new EscPos().Start(58)), "1B401B74131B4D01" },
        { Hex(new EscPos().Line("Tee 3,49 €")), "54656520332C3439" + "20D50A" },
        { Hex(new EscPos().Bold(true)), "1B4501" },
        { Hex(new EscPos().Size(2, 2)), "1D2111" },
        { Hex(new EscPos().Centre(true)), "1B6101" },
        { Hex(new EscPos().Feed(3)), "1B6403" },
        { Hex(new EscPos().Cut()), "1D564200" },
        { Hex(new EscPos().Raster(new LogoImage(9, 2, [0xFF, 0x80, 0, 0]))), "1D76300002000200FF800000" },
        {
            Hex(new EscPos().QrCode("ABC", 4)),
            "1D286B040031413200" + "1D286B0300314304" + "1D286B0300314531" + "1D286B0600315030414243"
            + "1D286B0300315130"
        },
    };

    [Theory, MemberData(nameof(Commands))]
    public void Each_command_has_the_manuals_bytes(string bytes, string manual) => Assert.Equal(manual,
        bytes);

    [Theory]
    [InlineData("äöüß", "8494 81E1")]
    [InlineData("ñ¿¡Ñ", "A4A8ADA5")]
    [InlineData("€", "D5")]
    [InlineData("„x“ – …", "227822202D203F")]
    [InlineData("東\t\u001b", "3F3F3F")]
    public void What_the_code_page_lacks_prints_as_a_question_mark_and_controls_never_pass(
        string text, string bytes) =>
        Assert.Equal(
            bytes.Replace(" ", "", StringComparison.Ordinal), Convert.ToHexString(CodePage.Encode(text)));

    [Theory]
    [InlineData("tcp://printer.shop.lan", "printer.shop.lan", 9100)]
    [InlineData("tcp://192.0.2.7:9101", "192.0.2.7", 9101)]
    [InlineData("tcp://[::1]:9100", "::1", 9100)]
    public void A_network_printer_has_port_9100_unless_another_is_named(string text, string host, int port) =>
        Assert.Equal(new PrinterAddress(host, port, null), PrinterAddress.TryParse(text));

    [Theory]
    [InlineData("192.0.2.7")]
    [InlineData("tcp://")]
    [InlineData("tcp://host:0")]
    [InlineData("tcp://host:99999")]
    [InlineData("http://host")]
    [InlineData("lp0")]
    public void What_is_no_printer_is_no_address(string text) => Assert.Null(PrinterAddress.TryParse(text));

    [Theory]
    [InlineData("121212", PrintResult.Printed)]
    [InlineData("1A3272", PrintResult.PaperOut)]
    [InlineData("1A1612", PrintResult.CoverOpen)]
    [InlineData("1A5212", PrintResult.Fault)]
    [InlineData("485454", PrintResult.Fault)]
    internal void Status_bytes_say_what_is_wrong(string answers, PrintResult result) =>
        Assert.Equal(result, PrinterStatus.Read(Convert.FromHexString(answers)));

    private static string Hex(EscPos print) => Convert.ToHexString(print.ToBytes());
}
