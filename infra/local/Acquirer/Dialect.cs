using System.Collections.Frozen;
using CloudPos.Iso8583;

namespace CloudPos.Local.Acquirer;

/// <summary>
/// How the acquirer speaks: fields and frames on the line, its codes, and where it looks for the deferred
/// flag and the time of the sale. Within, it thinks in the standard's codes. Immutable.
/// </summary>
internal sealed record Dialect
{
    public static readonly IReadOnlyList<string> Names = ["ascii", "packed"];

    /// <summary>Everything in ASCII behind two bytes of length; the standard's own codes.</summary>
    public static Dialect Ascii { get; } = new()
    {
        Layout = Iso8583Layout.Ascii87,
        Frame = FrameForm.Binary,
        SignOn = NetworkCode.SignOn,
        Echo = NetworkCode.EchoTest,
        IsDeferred = request => request.Get(60) == "1",
        OfflineTime = request => request.Get(62),
    };

    /// <summary>
    /// Digits packed two a byte, behind a length in digits and a transport header; codes of its own; the
    /// seventh position of field 61 is 1 when deferred, field 63 tells the time of the sale after a T.
    /// </summary>
    public static Dialect Packed { get; } = new()
    {
        Layout = Iso8583Layout.Binary87.Named("packed").With(
            new Iso8583Field(61, "Point of service data", FieldKind.Ans, 99, LengthPrefix.LL),
            new Iso8583Field(63, "Network data", FieldKind.Ans, 99, LengthPrefix.LL)),
        Frame = new FrameForm(LengthForm.Bcd2, Transport: "6000010003"),
        SignOn = "061",
        Echo = "270",
        IsDeferred = request => request.Get(61) is { Length: >= 7 } data && data[6] == '1',
        OfflineTime = request => request.Get(63) is ['T', .. var time] ? time : null,
        Codes = new Dictionary<string, string>
        {
            [ResponseCode.Approved] = "Y0",
            [ResponseCode.PartialApproval] = "Y1",
            [ResponseCode.DoNotHonour] = "N0",
            [ResponseCode.InsufficientFunds] = "N1",
            [ResponseCode.LostCard] = "N2",
            [ResponseCode.StolenCard] = "N3",
            [ResponseCode.ExpiredCard] = "N4",
            [ResponseCode.InvalidCardNumber] = "N5",
            [ResponseCode.FormatError] = "E0",
            [ResponseCode.SystemMalfunction] = "E1",
            [ResponseCode.UnableToLocateRecord] = "E2",
            [ResponseCode.InvalidTransaction] = "E3",
            [ResponseCode.DuplicateTransmission] = "E4",
            [ResponseCode.ReconcileError] = "B1",
        }.ToFrozenDictionary(),
    };

    public required Iso8583Layout Layout { get; init; }

    public required FrameForm Frame { get; init; }

    /// <summary>Field 70 of a sign-on; that of a sign-off is 002 in all dialects.</summary>
    public required string SignOn { get; init; }

    public required string Echo { get; init; }

    public required Func<Iso8583Message, bool> IsDeferred { get; init; }

    /// <summary>As it was told; null where it was not.</summary>
    public required Func<Iso8583Message, string?> OfflineTime { get; init; }

    /// <summary>Its codes where they are not the standard's.</summary>
    public FrozenDictionary<string, string> Codes { get; init; } = FrozenDictionary<string, string>.Empty;

    public static Dialect Named(string name) => name == "packed" ? Packed : Ascii;

    /// <summary>A code of the standard as it is said on the line.</summary>
    public string Say(string code) => Codes.GetValueOrDefault(code, code);
}
