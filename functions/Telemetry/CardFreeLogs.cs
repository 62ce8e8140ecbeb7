using CloudPos.Cards;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace CloudPos.Functions.Telemetry;

/// <summary>
/// Masks whatever looks like a card in what is exported. Nothing here logs card data; this is for the words
/// of others: an exception of a library, a text that a caller sent.
/// </summary>
internal sealed class CardFreeLogs : BaseProcessor<LogRecord>
{
    public override void OnEnd(LogRecord data)
    {
        data.FormattedMessage = data.FormattedMessage is { } message ? CardScrubber.Mask(message) : null;
        data.Body = data.Body is { } body ? CardScrubber.Mask(body) : null;
        data.Attributes = data.Attributes?.Select(attribute => attribute.Value is string text
            ? new KeyValuePair<string, object?>(attribute.Key, CardScrubber.Mask(text))
            : attribute).ToList();
        if (data.Exception is { } fault && CardScrubber.Mask(fault.ToString()) != fault.ToString())
            data.Exception = new InvalidOperationException(
                $"{fault.GetType().Name}, whose text held what looks like a card.");
    }
}
