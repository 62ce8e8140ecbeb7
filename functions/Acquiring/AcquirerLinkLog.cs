namespace CloudPos.Functions.Acquiring;

internal static partial class AcquirerLinkLog
{
    [LoggerMessage(4000, LogLevel.Information, "Acquirer {Acquirer}: signed on at {Host}:{Port}")]
    public static partial void SignedOn(this ILogger logger, string acquirer, string host, int port);

    [LoggerMessage(4001, LogLevel.Warning,
        "Acquirer {Acquirer}: no line ({Why}); trying again in {DelaySeconds:F1} s")]
    public static partial void LineLost(
        this ILogger logger, string acquirer, string why, double delaySeconds);

    [LoggerMessage(4002, LogLevel.Warning,
        "Acquirer {Acquirer}: {Kind} answer {Code} to STAN {Stan} of {Terminal}")]
    public static partial void Stray(
        this ILogger logger, string acquirer, StrayKind kind, string code, int stan, string terminal);

    [LoggerMessage(4003, LogLevel.Error,
        "Acquirer {Acquirer}: field {Field} of a {Mti} cannot be sent: {Fault}")]
    public static partial void NotEncodable(
        this ILogger logger, string acquirer, string mti, int field, Iso8583.Iso8583Fault fault);

    [LoggerMessage(4004, LogLevel.Error, "Acquirer {Acquirer}: a stray answer could not be recorded")]
    public static partial void StrayNotRecorded(this ILogger logger, string acquirer, Exception fault);
}
