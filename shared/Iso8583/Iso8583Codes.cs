namespace CloudPos.Iso8583;

/// <summary>Message types of version 1987: class, function, and whether it is a repeat.</summary>
public static class Mti
{
    public const string AuthorisationRequest = "0100";
    public const string AuthorisationRequestRepeat = "0101";
    public const string AuthorisationResponse = "0110";
    public const string AuthorisationAdvice = "0120";
    public const string AuthorisationAdviceRepeat = "0121";
    public const string AuthorisationAdviceResponse = "0130";
    public const string FinancialRequest = "0200";
    public const string FinancialRequestRepeat = "0201";
    public const string FinancialResponse = "0210";
    public const string FinancialAdvice = "0220";
    public const string FinancialAdviceRepeat = "0221";
    public const string FinancialAdviceResponse = "0230";
    public const string ReversalRequest = "0400";
    public const string ReversalResponse = "0410";
    public const string ReversalAdvice = "0420";
    public const string ReversalAdviceRepeat = "0421";
    public const string ReversalAdviceResponse = "0430";
    public const string ReconciliationRequest = "0500";
    public const string ReconciliationRequestRepeat = "0501";
    public const string ReconciliationResponse = "0510";
    public const string ReconciliationAdvice = "0520";
    public const string ReconciliationAdviceRepeat = "0521";
    public const string ReconciliationAdviceResponse = "0530";
    public const string NetworkRequest = "0800";
    public const string NetworkRequestRepeat = "0801";
    public const string NetworkResponse = "0810";

    /// <summary>
    /// A request, advice or notification, to which a response belongs: the third digit is even.
    /// </summary>
    public static bool IsRequest(string mti) => mti.Length == 4 && mti[2] is '0' or '2' or '4';

    /// <summary>
    /// The response to a request or advice, repeats included: 0200 and 0201 give 0210, 0421 gives 0430.
    /// </summary>
    public static string ResponseTo(string mti) => IsRequest(mti)
        ? string.Concat(mti.AsSpan(0, 2), [(char)(mti[2] + 1)], "0")
        : throw new ArgumentException("Only requests and advices have a response.", nameof(mti));

    /// <summary>The same message sent again: 0200 gives 0201, and so does 0201.</summary>
    public static string RepeatOf(string mti) => IsRequest(mti)
        ? string.Concat(mti.AsSpan(0, 3), "1")
        : throw new ArgumentException("Only requests and advices are repeated.", nameof(mti));
}

/// <summary>Field 39.</summary>
public static class ResponseCode
{
    public const string Approved = "00";
    public const string ReferToIssuer = "01";
    public const string InvalidMerchant = "03";
    public const string PickUpCard = "04";
    public const string DoNotHonour = "05";
    public const string PickUpSpecial = "07";
    public const string HonourWithIdentification = "08";
    public const string PartialApproval = "10";
    public const string InvalidTransaction = "12";
    public const string InvalidAmount = "13";
    public const string InvalidCardNumber = "14";
    public const string NoSuchIssuer = "15";
    public const string ReenterTransaction = "19";
    public const string UnableToLocateRecord = "25";
    public const string FormatError = "30";
    public const string LostCard = "41";
    public const string StolenCard = "43";
    public const string ClosedAccount = "46";
    public const string InsufficientFunds = "51";
    public const string ExpiredCard = "54";
    public const string IncorrectPin = "55";
    public const string NotPermittedToCardholder = "57";
    public const string NotPermittedToTerminal = "58";
    public const string SuspectedFraud = "59";
    public const string ExceedsAmountLimit = "61";
    public const string RestrictedCard = "62";
    public const string SecurityViolation = "63";
    public const string ExceedsCountLimit = "65";
    public const string PinTriesExceeded = "75";
    public const string CardNotActivated = "78";
    public const string CutOffInProcess = "90";
    public const string IssuerUnavailable = "91";
    public const string RoutingNotFound = "92";
    public const string ViolationOfLaw = "93";
    public const string DuplicateTransmission = "94";
    public const string ReconcileError = "95";
    public const string SystemMalfunction = "96";
}

/// <summary>Field 3: what is done, and to which accounts.</summary>
public static class ProcessingCode
{
    public const string Purchase = "000000";
    public const string Refund = "200000";

    /// <summary>The end of a batch upload, in common dialects of terminals.</summary>
    public const string BatchUploadEnd = "960000";
}

/// <summary>Field 70.</summary>
public static class NetworkCode
{
    public const string SignOn = "001";
    public const string SignOff = "002";
    public const string EchoTest = "301";
}

/// <summary>Field 66, in common dialects.</summary>
public static class SettlementCode
{
    public const string InBalance = "1";
    public const string OutOfBalance = "2";
    public const string Error = "3";
}
