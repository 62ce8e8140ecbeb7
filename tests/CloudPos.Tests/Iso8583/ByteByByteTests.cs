using System.Text;
using CloudPos.Iso8583;

namespace CloudPos.Tests.Iso8583;

/// <summary>
/// Messages written out by hand from the standard, so that reader and writer cannot agree on a mistake.
/// </summary>
public sealed class ByteByByteTests
{
    private const string AsciiSale =
        "0200" +                                // message type
        "3238048020C08200" +                    // fields 3 4 7, 11 12 13, 22, 25, 35, 41 42, 49 55
        "000000" +                              // 3: purchase
        "000000001250" +                        // 4: 12.50
        "0801123456" +                          // 7: 1 August, 12:34:56
        "000042" +                              // 11
        "123456" +                              // 12
        "0801" +                                // 13
        "051" +                                 // 22: chip, PIN possible
        "00" +                                  // 25
        "28" + "4242424242424242=30122010000" + // 35: length, track
        "TERM0001" +                            // 41
        "MERCHANT0000001" +                     // 42
        "978" +                                 // 49: euro
        "005" + "9F3602002A";                   // 55: length in bytes, hex

    private const string BinarySale =
        "0200" +
        "3238048020C08200" +
        "000000" +
        "000000001250" +
        "0801123456" +
        "000042" +
        "123456" +
        "0801" +
        "0051" +                                // 22: three digits, a zero in front
        "00" +
        "28" + "4242424242424242D30122010000" + // 35: the separator is D
        "5445524D30303031" +                    // 41: ASCII
        "4D45524348414E5430303030303031" +      // 42: ASCII
        "393738" +                              // 49: ASCII
        "0005" + "9F3602002A";                  // 55: three digits of length in two bytes, bytes

    private const string AsciiReconciliation =
        "0510" +
        "8020000002000000" +                    // the second bitmap, 11, 39
        "0000000080000000" +                    // 97
        "000007" +
        "00" +
        "D0000000000001250";

    private const string BinaryReconciliation =
        "0510" +
        "8020000002000000" +
        "0000000080000000" +
        "000007" +
        "3030" +
        "44" + "0000000000001250";              // 97: the letter is ASCII

    [Fact]
    public void The_ascii_layout_reads_the_published_sample()
    {
        var decoded = Iso8583Codec.TryDecode(
            "01007000000000000000164242424242424242123456000000000100"u8, Iso8583Layout.Ascii87);
        Assert.True(decoded.IsValid, decoded.ToString());
        using var message = decoded.Message;
        Assert.Equal("0100", message.Mti);
        Assert.Equal([2, 3, 4], message.Fields);
        Assert.Equal("4242424242424242", message.RevealText(2));
        Assert.Equal("123456", message.Get(3));
        Assert.Equal("000000000100", message.Get(4));
    }

    [Fact]
    public void The_ascii_layout_writes_a_sale() =>
        AssertWritten(Sale(), Iso8583Layout.Ascii87, Ascii(AsciiSale));

    [Fact]
    public void The_binary_layout_writes_a_sale() =>
        AssertWritten(Sale(), Iso8583Layout.Binary87, Hex(BinarySale));

    [Fact]
    public void The_ascii_layout_writes_a_reconciliation() =>
        AssertWritten(Reconciliation(), Iso8583Layout.Ascii87, Ascii(AsciiReconciliation));

    [Fact]
    public void The_binary_layout_writes_a_reconciliation() =>
        AssertWritten(Reconciliation(), Iso8583Layout.Binary87, Hex(BinaryReconciliation));

    [Fact]
    public void The_ascii_layout_reads_a_sale() =>
        AssertSale(Iso8583Codec.TryDecode(Ascii(AsciiSale), Iso8583Layout.Ascii87));

    [Fact]
    public void The_binary_layout_reads_a_sale() =>
        AssertSale(Iso8583Codec.TryDecode(Hex(BinarySale), Iso8583Layout.Binary87));

    [Fact]
    public void The_binary_layout_reads_a_reconciliation()
    {
        var decoded = Iso8583Codec.TryDecode(Hex(BinaryReconciliation), Iso8583Layout.Binary87);
        Assert.True(decoded.IsValid, decoded.ToString());
        using var message = decoded.Message;
        Assert.Equal([11, 39, 97], message.Fields);
        Assert.Equal("D0000000000001250", message.Get(97));
    }

    private static Iso8583Message Sale()
    {
        var message = new Iso8583Message(Mti.FinancialRequest);
        message.Set(3, ProcessingCode.Purchase);
        message.Set(4, "1250");
        message.Set(7, "0801123456");
        message.Set(11, "42");
        message.Set(12, "123456");
        message.Set(13, "0801");
        message.Set(22, "051");
        message.Set(25, "00");
        message.Set(35, "4242424242424242=30122010000");
        message.Set(41, "TERM0001");
        message.Set(42, "MERCHANT0000001");
        message.Set(49, "978");
        message.SetBinary(55, Hex("9F3602002A"));
        return message;
    }

    private static Iso8583Message Reconciliation()
    {
        var message = new Iso8583Message(Mti.ReconciliationResponse);
        message.Set(11, "7");
        message.Set(39, ResponseCode.Approved);
        message.Set(97, SignedAmount.ToField97(-1250));
        return message;
    }

    private static void AssertWritten(Iso8583Message message, Iso8583Layout layout, byte[] expected)
    {
        using (message)
        {
            var encoded = Iso8583Codec.Encode(message, layout);
            Assert.True(encoded.IsValid, encoded.ToString());
            Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(encoded.Bytes));
        }
    }

    private static void AssertSale(Iso8583Decoded decoded)
    {
        Assert.True(decoded.IsValid, decoded.ToString());
        using var message = decoded.Message;
        Assert.Equal("0200", message.Mti);
        Assert.Equal([3, 4, 7, 11, 12, 13, 22, 25, 35, 41, 42, 49, 55], message.Fields);
        Assert.Equal("000000001250", message.Get(4));
        Assert.Equal("000042", message.Get(11));
        Assert.Equal("051", message.Get(22));
        Assert.Equal("4242424242424242=30122010000", message.RevealText(35));
        Assert.Equal("MERCHANT0000001", message.Get(42));
        Assert.Equal("978", message.Get(49));
        Assert.Equal("9F3602002A", message.RevealText(55));
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    private static byte[] Hex(string text) => Convert.FromHexString(text);
}
