namespace CloudPos.Tests.Local;

/// <summary>
/// Messages of the packed dialect as bytes, written by hand from ISO 8583:1987: two bytes of length in packed
/// digits, five of transport header, the type in two bytes, bitmaps of eight, numbers two digits a byte (a
/// field of odd length begins with a zero), texts in ASCII. The clock of the tests stands at 2026-11-22
/// 12:00:00 UTC. Fields 41 and 42 are SHOP0001 and MERCHANT0000001, field 49 is 978 in ASCII.
/// </summary>
internal static class PackedVectors
{
    private const string ToHost = "6000030001";
    private const string FromHost = "6000010003";
    private const string Place = "53484F5030303031" + "4D45524348414E5430303030303031";
    private const string Euro = "393738";

    /// <summary>Fields 1, 7, 11, 70 (061 as 0061): 28 bytes and the five of the header.</summary>
    public const string SignOn =
        "0033" + ToHost + "0800" + "8220000000000000" + "0400000000000000" + "1122120000" + "000001" + "0061";

    /// <summary>Field 39 (Y0) before field 70.</summary>
    public const string SignOnAnswer =
        "0035" + FromHost + "0810" + "8220000002000000" + "0400000000000000" + "1122120000" + "000001" +
        "5930" + "0061";

    /// <summary>
    /// Fields 2, 3, 4, 7, 11, 12, 13, 14, 22, 25, 37, 41, 42, 49, 61, 63: 107 bytes and the transport header.
    /// Deferred: 1 in the seventh place of field 61; field 63 is T2611221130, the sale of 11:30.
    /// </summary>
    public static string Deferred(string stan, string amount, string mti = "0200", string expiry = "2912") =>
        "0112" + ToHost + mti + "723C048008C0800A" + "16" + "4242424242424242" + "000000" + amount +
        "1122120000" + stan + "120000" + "1122" + expiry + "0051" + "00" + Reference(stan) + Place + Euro +
        "10" + "30303030303031303030" + "11" + "5432363131323231313330";

    /// <summary>The same live: field 61 all zeros, no field 63 (12 bytes less).</summary>
    public static string Live(string stan, string amount, string processing = "000000") =>
        "0100" + ToHost + "0200" + "723C048008C08008" + "16" + "4242424242424242" + processing + amount +
        "1122120000" + stan + "120000" + "1122" + "2912" + "0051" + "00" + Reference(stan) + Place + Euro +
        "10" + "30303030303030303030";

    /// <summary>Fields 3, 4, 7, 11, 12, 13, 15, 37, 38, 39, 41, 42, 49: 80 bytes and the header.</summary>
    public static string Approval(
        string stan, string amount, string authorisation, string processing = "000000") =>
        "0085" + FromHost + "0210" + "323A00000EC08000" + processing + amount + "1122120000" + stan +
        "120000" + "1122" + "1122" + Reference(stan) + authorisation + "5930" + Place + Euro;

    /// <summary>The same without field 38, six bytes less.</summary>
    public static string Decline(string stan, string amount, string code) =>
        "0079" + FromHost + "0210" + "323A00000AC08000" + "000000" + amount + "1122120000" + stan +
        "120000" + "1122" + "1122" + Reference(stan) + code + Place + Euro;

    /// <summary>Fields 3, 4, 7, 11, 37, 41, 42, 49, 90 (42 digits in 21 bytes): 94 bytes.</summary>
    public static string Reversal(string stan, string original, string amount, string mti = "0400") =>
        "0099" + ToHost + mti + "B220000008C08000" + "0000004000000000" + "000000" + amount + "1122120500" +
        stan + Reference(original) + Place + Euro +
        "0200" + original + "1122120000" + "00000000000" + "00000000000";

    /// <summary>Fields 3, 4, 7, 11, 15, 37, 39, 41, 42, 49: 69 bytes.</summary>
    public static string ReversalAnswer(string stan, string original, string amount, string code) =>
        "0074" + FromHost + "0410" + "322200000AC08000" + "000000" + amount + "1122120500" + stan + "1122" +
        Reference(original) + code + Place + Euro;

    /// <summary>
    /// Fields 7, 11, 15, 42, 50, 74 to 77 (five bytes each), 86 to 89 (eight), 97 (a letter and eight): 107.
    /// </summary>
    public static string Reconciliation(string stan, string totals) =>
        "0112" + ToHost + "0500" + "8222000000404000" + "0078078080000000" + "1122180000" + stan + "1122" +
        "4D45524348414E5430303030303031" + Euro + totals;

    /// <summary>The same with field 39 (two bytes) and field 66 (one digit in one byte).</summary>
    public static string ReconciliationAnswer(string stan, string code, string settlement, string totals) =>
        "0115" + FromHost + "0510" + "8222000002404000" + "4078078080000000" + "1122180000" + stan + "1122" +
        code + "4D45524348414E5430303030303031" + Euro + settlement + totals;

    /// <summary>Field 37, 632612 and the STAN, each digit a byte.</summary>
    private static string Reference(string stan) =>
        "363332363132" + string.Concat(stan.Select(digit => $"3{digit}"));
}
