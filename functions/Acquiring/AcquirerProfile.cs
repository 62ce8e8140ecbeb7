using CloudPos.Cards;
using CloudPos.Iso8583;

namespace CloudPos.Functions.Acquiring;

/// <summary>
/// What is particular to one acquirer, as a table: nothing about an acquirer is written anywhere else.
/// Immutable.
/// </summary>
internal sealed record AcquirerProfile
{
    /// <summary>Stored with each payment that was asked there.</summary>
    public required string Name { get; init; }

    public required Iso8583Layout Layout { get; init; }

    /// <summary>What lies before each message on the line.</summary>
    public FrameForm Frame { get; init; } = FrameForm.Binary;

    /// <summary>Null where the line is plain: on loopback, or secured by other means.</summary>
    public AcquirerTls? Tls { get; init; }

    /// <summary>It is part of the names of clearing batches.</summary>
    private const int NameLengthMax = 32;

    private const int RetriesMax = 10;

    /// <summary>Field 32, up to eleven digits.</summary>
    public required string AcquirerId { get; init; }

    /// <summary>0200 when the acquirer captures what it approves, 0100 when it only authorises.</summary>
    public string RequestMti { get; init; } = Mti.FinancialRequest;

    /// <summary>
    /// 0420, the advice of a reversal, or 0400 where the acquirer takes only the request of one.
    /// </summary>
    public string ReversalMti { get; init; } = Mti.ReversalAdvice;

    /// <summary>Field 70 of the sign-on; null where the acquirer knows none.</summary>
    public string? SignOnCode { get; init; } = NetworkCode.SignOn;

    /// <summary>Field 70 of the echo, which is also how silence is told from a dead line.</summary>
    public string EchoCode { get; init; } = NetworkCode.EchoTest;

    /// <summary>Field 18, four digits (ISO 18245).</summary>
    public string MerchantCategory { get; init; } = "5411";

    /// <summary>Field 25.</summary>
    public string ConditionCode { get; init; } = "00";

    /// <summary>The same for a card that its holder typed into a page of ours.</summary>
    public string ECommerceConditionCode { get; init; } = "59";

    /// <summary>The third digit of field 22.</summary>
    public PinEntryCapability PinEntry { get; init; } = PinEntryCapability.Yes;

    /// <summary>
    /// When a payment that this acquirer declined for now is asked for again, counted from the first decline;
    /// null where the program's own waits hold.
    /// </summary>
    public IReadOnlyList<TimeSpan>? RetryWaits { get; init; }

    public IReadOnlyList<DialectField> Fields { get; init; } = [];

    public ResponseCodes Codes { get; init; } = ResponseCodes.Default;

    /// <summary>
    /// Codes that end a reversal: done, or the original was never there. Any other is asked again, and shown.
    /// </summary>
    public IReadOnlySet<string> ReversalDone { get; init; } =
        new HashSet<string> { ResponseCode.Approved, ResponseCode.UnableToLocateRecord };

    /// <summary>Codes to totals that say: they are not ours.</summary>
    public IReadOnlySet<string> OutOfBalance { get; init; } =
        new HashSet<string> { ResponseCode.ReconcileError };

    /// <summary>Field 39 of our answers to the acquirer's own network messages.</summary>
    public string OwnAnswer { get; init; } = ResponseCode.Approved;

    /// <summary>From the request to its answer; no byte of a request leaves later than this either.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time before the first repeat of an unanswered request; it doubles with each one.</summary>
    public TimeSpan RepeatIntervalMin { get; init; } = TimeSpan.FromSeconds(15);

    public TimeSpan RepeatIntervalMax { get; init; } = TimeSpan.FromMinutes(10);

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Silence after which an echo is sent; without an answer to it the connection is given up.
    /// </summary>
    public TimeSpan EchoInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Reconnecting waits a random time up to this, doubled with each failure.</summary>
    public TimeSpan ReconnectDelayMin { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan ReconnectDelayMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Requests on the line without an answer.</summary>
    public int InFlightMax { get; init; } = 100;

    /// <summary>Requests waiting for a place on the line; beyond it they are refused at once.</summary>
    public int QueueMax { get; init; } = 500;

    /// <summary>
    /// The acquirer of infra/local: field 60 is 1 when deferred, field 62 the time of the sale.
    /// </summary>
    public static AcquirerProfile Simulated { get; } = AcquirerTables.BuiltIn("simulated");

    /// <summary>
    /// The other dialect that infra/local speaks: packed digits behind a transport header, codes of its own.
    /// </summary>
    public static AcquirerProfile Packed { get; } = AcquirerTables.BuiltIn("packed");

    /// <summary>The wait before the repeat that follows so many requests, first one included.</summary>
    public TimeSpan RepeatDelay(int requests)
    {
        var doublings = Math.Clamp(requests - 1, 0, 20);
        var ticks = Math.Min(RepeatIntervalMin.Ticks << doublings, RepeatIntervalMax.Ticks);
        return ticks < RepeatIntervalMin.Ticks ? RepeatIntervalMax : TimeSpan.FromTicks(ticks);
    }

    /// <summary>Everything that is wrong with the table, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        if (Name.Length is 0 or > NameLengthMax
            || !Name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
            faults.Add($"'{Name}' is no acquirer's name: 1 to {NameLengthMax} letters, digits, '-' and '_'");
        if (RequestMti is not (Mti.FinancialRequest or Mti.AuthorisationRequest))
            faults.Add($"{Name}: the request is 0100 or 0200, not {RequestMti}");
        if (AcquirerId.Length is 0 or > 11 || AcquirerId.AsSpan().ContainsAnyExceptInRange('0', '9'))
            faults.Add($"{Name}: the acquirer id (field 32) is 1 to 11 digits");
        if (MerchantCategory.Length != 4 || MerchantCategory.AsSpan().ContainsAnyExceptInRange('0', '9'))
            faults.Add($"{Name}: the merchant category (field 18) is 4 digits");
        if (ReversalMti is not (Mti.ReversalAdvice or Mti.ReversalRequest))
            faults.Add($"{Name}: the reversal is 0400 or 0420, not {ReversalMti}");
        if (Frame.Fault is { } form)
            faults.Add($"{Name}: {form}");
        foreach (var code in new[] { SignOnCode ?? EchoCode, EchoCode })
            if (code.Length != 3 || code.AsSpan().ContainsAnyExceptInRange('0', '9'))
                faults.Add($"{Name}: a network code (field 70) is 3 digits, not '{code}'");
        foreach (var field in Fields)
            if (field.Fault is { } wrong)
                faults.Add($"{Name}: field {field.Field}: {wrong}");
            else if (Layout[field.Field] is not { Kind: not FieldKind.B }
                || Iso8583Message.IsCardData(field.Field))
                faults.Add($"{Name}: field {field.Field} is not a text of the layout {Layout.Name}");
        if (RetryWaits is { } waits && (waits.Count > RetriesMax
            || waits.Zip(waits.Prepend(TimeSpan.Zero)).Any(pair => pair.First <= pair.Second)
            || waits.Any(wait => wait > TimeSpan.FromDays(30))))
            faults.Add($"{Name}: retryHours are at most {RetriesMax} rising hours of 1 to 720");
        if (InFlightMax < 1 || QueueMax < 1)
            faults.Add($"{Name}: places on the line and in the queue start at 1");
        foreach (var (what, span) in new[]
        {
            (nameof(AnswerTimeout), AnswerTimeout), (nameof(RepeatIntervalMin), RepeatIntervalMin),
            (nameof(ConnectTimeout), ConnectTimeout), (nameof(EchoInterval), EchoInterval),
            (nameof(ReconnectDelayMin), ReconnectDelayMin),
        })
            if (span <= TimeSpan.Zero || span > TimeSpan.FromHours(1))
                faults.Add($"{Name}: {what} lies above zero and is at most an hour");
        if (RepeatIntervalMax < RepeatIntervalMin || ReconnectDelayMax < ReconnectDelayMin)
            faults.Add($"{Name}: a greatest delay is not below its smallest");
        return faults;
    }
}
