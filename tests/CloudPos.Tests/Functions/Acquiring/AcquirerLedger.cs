using System.Globalization;
using CloudPos.Iso8583;

namespace CloudPos.Tests.Functions.Acquiring;

/// <summary>
/// The acquirer's own book, kept apart from all code under test: one line per terminal and reference, the
/// first answer to each, and what was reversed. Thread-safe.
/// </summary>
internal sealed class AcquirerLedger
{
    public sealed record Line(string Terminal, string Reference, string Stan, long AmountMinor, string Code)
    {
        public int Times { get; set; } = 1;
        public bool Reversed { get; set; }
        public string AuthorisationCode { get; init; } = "";

        /// <summary>A refund: the cardholder gets it.</summary>
        public bool IsCredit { get; init; }
    }

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Terminal, string Reference), Line> _lines = [];
    private int _codes;

    /// <summary>The answer to a request not seen before; field 39.</summary>
    public Func<Iso8583Message, string> Decide { get; set; } = _ => ResponseCode.Approved;

    /// <summary>What is approved of an amount where the answer is 10, in minor units.</summary>
    public Func<long, long> PartOf { get; set; } = minor => Math.Max(1, minor / 2);

    /// <summary>Field 15 of every answer.</summary>
    public string SettlementDay { get; set; } = "0704";

    public IReadOnlyList<Line> Lines
    {
        get
        {
            lock (_lock)
                return [.. _lines.Values];
        }
    }

    /// <summary>Approved and not reversed: what the cardholders pay.</summary>
    public long ChargedMinor => Lines.Where(l => l.Code is "00" or "10" && !l.Reversed).Sum(
        l => l.Code == "10" ? PartOf(l.AmountMinor) : l.AmountMinor);

    public Task Answer(Iso8583Message request, Conversation from)
    {
        var answer = Enter(request);
        return from.Answer(request, answer.Code, answer.Fields);
    }

    /// <summary>Enters the request and says what the answer is, without sending it.</summary>
    public (string Code, (int, string)[] Fields) Enter(Iso8583Message request)
    {
        lock (_lock)
        {
            var key = (request.Get(41)!, request.Get(37)!);
            if (request.Mti is "0400" or "0401" or "0420" or "0421")
            {
                if (!_lines.TryGetValue(key, out var original))
                    return (ResponseCode.UnableToLocateRecord, []);
                var named = OriginalDataElements.TryParse(request.Get(90))!;
                Assert.Equal(original.Stan, named.Stan);
                original.Reversed = true;
                return (ResponseCode.Approved, []);
            }
            if (_lines.TryGetValue(key, out var line))
                line.Times++;
            else
                _lines[key] = line = new Line(
                    key.Item1, key.Item2, request.Get(11)!,
                    long.Parse(request.Get(4)!, CultureInfo.InvariantCulture), Decide(request))
                {
                    IsCredit = request.Get(3)![0] == '2',
                    AuthorisationCode = (++_codes).ToString("D6", CultureInfo.InvariantCulture),
                };
            if (line.Code == "10")
                return (line.Code, [
                    (4, PartOf(line.AmountMinor).ToString("D12", CultureInfo.InvariantCulture)),
                    (15, SettlementDay), (38, line.AuthorisationCode),
                ]);
            return line.Code == "00"
                ? (line.Code, [(15, SettlementDay), (38, line.AuthorisationCode)])
                : (line.Code, [(15, SettlementDay)]);
        }
    }
}
