namespace CloudPos.Tests.Local;

/// <summary>
/// Messages written by hand from ISO 8583:1987: type, bitmaps as hexadecimal digits, fields. The clock of the
/// tests stands at 2026-11-22 12:00:00 UTC.
/// </summary>
internal static class AcquirerVectors
{
    public const string SignOn =
        "0800" + "8220000000000000" + "0400000000000000" + "1122120000" + "000001" + "001";
    public const string SignOnAnswer =
        "0810" + "8220000002000000" + "0400000000000000" + "1122120000" + "000001" + "00" + "001";

    public const string Terminal = "SHOP0001";
    public const string Merchant = "MERCHANT0000001";
    public const string Visa = "4242424242424242";

    /// <summary>Fields 2, 3, 4, 7, 11, 12, 13, 14, 22, 25, 37, 41, 42, 49.</summary>
    public static string Purchase(
        string stan, string amount, string pan = Visa, string mti = "0200", string expiry = "2912",
        string processing = "000000") =>
        mti + "723C048008C08000" + "16" + pan + processing + amount + "1122120000" + stan + "120000" +
        "1122" + expiry + "051" + "00" + "632612" + stan + Terminal + Merchant + "978";

    /// <summary>Fields 3, 4, 7, 11, 12, 13, 15, 37, 38, 39, 41, 42, 49.</summary>
    public static string Approval(
        string stan, string amount, string authorisation, string mti = "0210",
        string processing = "000000") =>
        mti + "323A00000EC08000" + processing + amount + "1122120000" + stan + "120000" + "1122" + "1122" +
        "632612" + stan + authorisation + "00" + Terminal + Merchant + "978";

    /// <summary>The same without field 38.</summary>
    public static string Decline(string stan, string amount, string code, string mti = "0210") =>
        mti + "323A00000AC08000" + "000000" + amount + "1122120000" + stan + "120000" + "1122" + "1122" +
        "632612" + stan + code + Terminal + Merchant + "978";

    /// <summary>Fields 3, 4, 7, 11, 37, 41, 42, 49, 90.</summary>
    public static string Reversal(string stan, string original, string amount, string mti = "0420") =>
        mti + "B220000008C08000" + "0000004000000000" + "000000" + amount + "1122120500" + stan +
        "632612" + original + Terminal + Merchant + "978" + "0200" + original + "1122120000" +
        "00000000000" + "00000000000";

    /// <summary>Fields 3, 4, 7, 11, 15, 37, 39, 41, 42, 49.</summary>
    public static string ReversalAnswer(string stan, string original, string amount, string code) =>
        "0430" + "322200000AC08000" + "000000" + amount + "1122120500" + stan + "1122" + "632612" +
        original + code + Terminal + Merchant + "978";

    /// <summary>Fields 7, 11, 15, 42, 50, 74 to 77, 86 to 89, 97.</summary>
    public static string Reconciliation(string stan, string totals, string mti = "0500") =>
        mti + "8222000000404000" + "0078078080000000" + "1122180000" + stan + "1122" + Merchant +
        "978" + totals;

    /// <summary>The same with 39 and 66.</summary>
    public static string ReconciliationAnswer(string stan, string code, string settlement, string totals) =>
        "0510" + "8222000002404000" + "4078078080000000" + "1122180000" + stan + "1122" + code +
        Merchant + "978" + settlement + totals;
}
