namespace CloudPos.Tlv;

/// <summary>How a tag's value is coded (EMV Book 3, 4.3).</summary>
public enum EmvFormat
{
    /// <summary>Bytes.</summary>
    B = 0,

    /// <summary>Binary coded decimals, zeros on the left.</summary>
    N = 1,

    /// <summary>Binary coded decimals, F on the right.</summary>
    Cn = 2,

    /// <summary>Letters and digits.</summary>
    An = 3,

    /// <summary>Printable characters.</summary>
    Ans = 4,
}

/// <summary>One row of the table of tags. A sensitive value is never printed in clear.</summary>
public sealed record EmvTag(uint Tag, string Name, EmvFormat Format = EmvFormat.B, bool IsSensitive = false);

/// <summary>
/// The tags of EMV Book 3, annex A, that terminals see, and a few of contactless kernels. An unknown tag is
/// treated as sensitive: nobody has said that it may be printed.
/// </summary>
public static class EmvTags
{
    public const uint ApplicationIdentifier_4F = 0x4F;
    public const uint ApplicationLabel_50 = 0x50;
    public const uint Track1_56 = 0x56;
    public const uint Track2Equivalent_57 = 0x57;
    public const uint Pan_5A = 0x5A;
    public const uint CardholderName_5F20 = 0x5F20;
    public const uint ExpirationDate_5F24 = 0x5F24;
    public const uint EffectiveDate_5F25 = 0x5F25;
    public const uint TransactionCurrency_5F2A = 0x5F2A;
    public const uint ServiceCode_5F30 = 0x5F30;
    public const uint PanSequenceNumber_5F34 = 0x5F34;
    public const uint ApplicationInterchangeProfile_82 = 0x82;
    public const uint DedicatedFileName_84 = 0x84;
    public const uint AuthorisationResponseCode_8A = 0x8A;
    public const uint IssuerAuthenticationData_91 = 0x91;
    public const uint TerminalVerificationResults_95 = 0x95;
    public const uint TransactionDate_9A = 0x9A;
    public const uint TransactionType_9C = 0x9C;
    public const uint AmountAuthorised_9F02 = 0x9F02;
    public const uint AmountOther_9F03 = 0x9F03;
    public const uint IssuerApplicationData_9F10 = 0x9F10;
    public const uint PreferredName_9F12 = 0x9F12;
    public const uint TerminalCountry_9F1A = 0x9F1A;
    public const uint Cryptogram_9F26 = 0x9F26;
    public const uint CryptogramInformation_9F27 = 0x9F27;
    public const uint TerminalCapabilities_9F33 = 0x9F33;
    public const uint CardholderVerification_9F34 = 0x9F34;
    public const uint TerminalType_9F35 = 0x9F35;
    public const uint TransactionCounter_9F36 = 0x9F36;
    public const uint UnpredictableNumber_9F37 = 0x9F37;
    public const uint Track2Data_9F6B = 0x9F6B;
    public const uint FormFactor_9F6E = 0x9F6E;
    public const uint CustomerExclusiveData_9F7C = 0x9F7C;

    /// <summary>Null for a tag that the table does not have.</summary>
    public static EmvTag? Find(uint tag) => ByTag.GetValueOrDefault(tag);

    public static string NameOf(uint tag) => Find(tag)?.Name ?? "unknown tag";

    public static bool IsSensitive(uint tag) => Find(tag) is not { IsSensitive: false };

    private static readonly EmvTag[] Table =
    [
        new(0x42, "Issuer identification number", EmvFormat.N),
        new(0x4F, "Application identifier"),
        new(0x50, "Application label", EmvFormat.Ans),
        new(0x56, "Track 1 data", EmvFormat.Ans, IsSensitive: true),
        new(0x57, "Track 2 equivalent data", EmvFormat.B, IsSensitive: true),
        new(0x5A, "Primary account number", EmvFormat.Cn, IsSensitive: true),
        new(0x5F20, "Cardholder name", EmvFormat.Ans, IsSensitive: true),
        new(0x5F24, "Application expiration date", EmvFormat.N, IsSensitive: true),
        new(0x5F25, "Application effective date", EmvFormat.N),
        new(0x5F28, "Issuer country", EmvFormat.N),
        new(0x5F2A, "Transaction currency", EmvFormat.N),
        new(0x5F2D, "Language preference", EmvFormat.An),
        new(0x5F30, "Service code", EmvFormat.N, IsSensitive: true),
        new(0x5F34, "PAN sequence number", EmvFormat.N),
        new(0x5F36, "Transaction currency exponent", EmvFormat.N),
        new(0x5F50, "Issuer URL", EmvFormat.Ans),
        new(0x61, "Application template"),
        new(0x6F, "File control information template"),
        new(0x70, "Record template"),
        new(0x71, "Issuer script template 1"),
        new(0x72, "Issuer script template 2"),
        new(0x73, "Directory discretionary template"),
        new(0x77, "Response template, format 2"),
        new(0x80, "Response template, format 1", EmvFormat.B, IsSensitive: true),
        new(0x81, "Amount, authorised, binary"),
        new(0x82, "Application interchange profile"),
        new(0x83, "Command template", EmvFormat.B, IsSensitive: true),
        new(0x84, "Dedicated file name"),
        new(0x86, "Issuer script command"),
        new(0x87, "Application priority indicator"),
        new(0x88, "Short file identifier"),
        new(0x89, "Authorisation code", EmvFormat.Ans),
        new(0x8A, "Authorisation response code", EmvFormat.An),
        new(0x8C, "Card risk management list 1"),
        new(0x8D, "Card risk management list 2"),
        new(0x8E, "Cardholder verification method list"),
        new(0x8F, "Certification authority key index"),
        new(0x90, "Issuer public key certificate"),
        new(0x91, "Issuer authentication data"),
        new(0x92, "Issuer public key remainder"),
        new(0x93, "Signed static application data"),
        new(0x94, "Application file locator"),
        new(0x95, "Terminal verification results"),
        new(0x97, "Transaction certificate data object list"),
        new(0x98, "Transaction certificate hash"),
        new(0x99, "PIN data", EmvFormat.B, IsSensitive: true),
        new(0x9A, "Transaction date", EmvFormat.N),
        new(0x9B, "Transaction status information"),
        new(0x9C, "Transaction type", EmvFormat.N),
        new(0x9D, "Directory definition file name"),
        new(0x9F01, "Acquirer identifier", EmvFormat.N),
        new(0x9F02, "Amount, authorised", EmvFormat.N),
        new(0x9F03, "Amount, other", EmvFormat.N),
        new(0x9F06, "Application identifier, terminal"),
        new(0x9F07, "Application usage control"),
        new(0x9F08, "Application version, card"),
        new(0x9F09, "Application version, terminal"),
        new(0x9F0B, "Cardholder name, extended", EmvFormat.Ans, IsSensitive: true),
        new(0x9F0D, "Issuer action code, default"),
        new(0x9F0E, "Issuer action code, denial"),
        new(0x9F0F, "Issuer action code, online"),
        new(0x9F10, "Issuer application data"),
        new(0x9F11, "Issuer code table index", EmvFormat.N),
        new(0x9F12, "Application preferred name", EmvFormat.Ans),
        new(0x9F13, "Last online transaction counter"),
        new(0x9F14, "Lower consecutive offline limit"),
        new(0x9F15, "Merchant category code", EmvFormat.N),
        new(0x9F16, "Merchant identifier", EmvFormat.Ans),
        new(0x9F17, "PIN try counter"),
        new(0x9F1A, "Terminal country", EmvFormat.N),
        new(0x9F1B, "Terminal floor limit"),
        new(0x9F1C, "Terminal identification", EmvFormat.An),
        new(0x9F1E, "Interface device serial number", EmvFormat.An),
        new(0x9F1F, "Track 1 discretionary data", EmvFormat.Ans, IsSensitive: true),
        new(0x9F20, "Track 2 discretionary data", EmvFormat.Cn, IsSensitive: true),
        new(0x9F21, "Transaction time", EmvFormat.N),
        new(0x9F23, "Upper consecutive offline limit"),
        new(0x9F26, "Application cryptogram"),
        new(0x9F27, "Cryptogram information data"),
        new(0x9F2D, "PIN encipherment key certificate"),
        new(0x9F32, "Issuer public key exponent"),
        new(0x9F33, "Terminal capabilities"),
        new(0x9F34, "Cardholder verification results"),
        new(0x9F35, "Terminal type", EmvFormat.N),
        new(0x9F36, "Application transaction counter"),
        new(0x9F37, "Unpredictable number"),
        new(0x9F38, "Processing options data object list"),
        new(0x9F39, "Point of service entry mode", EmvFormat.N),
        new(0x9F40, "Additional terminal capabilities"),
        new(0x9F41, "Transaction sequence counter", EmvFormat.N),
        new(0x9F42, "Application currency", EmvFormat.N),
        new(0x9F44, "Application currency exponent", EmvFormat.N),
        new(0x9F45, "Data authentication code"),
        new(0x9F46, "Card public key certificate"),
        new(0x9F47, "Card public key exponent"),
        new(0x9F48, "Card public key remainder"),
        new(0x9F49, "Dynamic data object list"),
        new(0x9F4A, "Static data authentication tag list"),
        new(0x9F4B, "Signed dynamic application data"),
        new(0x9F4C, "Card dynamic number"),
        new(0x9F4D, "Log entry"),
        new(0x9F4E, "Merchant name and location", EmvFormat.Ans),
        new(0x9F4F, "Log format"),
        new(0x9F53, "Transaction category code", EmvFormat.An),
        new(0x9F5B, "Issuer script results"),
        new(0x9F66, "Terminal transaction qualifiers"),
        new(0x9F6B, "Track 2 data, contactless", EmvFormat.B, IsSensitive: true),
        new(0x9F6C, "Card transaction qualifiers"),
        new(0x9F6E, "Form factor, or third party data"),
        new(0x9F7C, "Customer exclusive data"),
        new(0xA5, "File control information proprietary template"),
        new(0xBF0C, "File control information issuer data"),
    ];

    private static readonly Dictionary<uint, EmvTag> ByTag = Table.ToDictionary(row => row.Tag);
}
