using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos;

/// <summary>How a transfer stands. Numbers are never reused.</summary>
public enum TransferState
{
    /// <summary>Sent, and nothing has arrived.</summary>
    InTransit = 1,

    /// <summary>Some has arrived, and more is expected.</summary>
    Partly = 2,

    /// <summary>All that was sent has arrived.</summary>
    Arrived = 3,

    /// <summary>Nothing more is expected, and it is not what was sent.</summary>
    Differs = 4,

    /// <summary>Something has arrived of which nobody has said yet that it was sent.</summary>
    ArrivedUnannounced = 5,
}

/// <summary>One product of a transfer.</summary>
/// <param name="InTransit">Still expected.</param>
/// <param name="Difference">Arrived less sent, once nothing more is expected.</param>
public sealed record TransferLine(string Sku, long Sent, long Arrived, long InTransit, long Difference);

/// <summary>
/// What the parts of a transfer come to, in whatever order they became known. Two arrivals that both count
/// the whole are both movements, and show as a difference: somebody has to look.
/// </summary>
public sealed record TransferView(TransferState State, IReadOnlyList<TransferLine> Lines)
{
    public static TransferView Of(Transfer transfer)
    {
        var sent = Sum(transfer.Parts.Where(part => !part.IsArrival));
        var arrived = Sum(transfer.Parts.Where(part => part.IsArrival));
        var isClosed = transfer.Parts.Any(part => part is { IsArrival: true, IsLast: true });
        var isSent = transfer.Parts.Any(part => !part.IsArrival);
        var lines = sent.Keys.Union(arrived.Keys).Order(StringComparer.Ordinal).Select(sku =>
        {
            var (went, came) = (sent.GetValueOrDefault(sku), arrived.GetValueOrDefault(sku));
            var difference = isSent && (isClosed || came > went) ? came - went : 0;
            return new TransferLine(sku, went, came, isClosed ? 0 : Math.Max(0, went - came), difference);
        }).ToList();
        return new TransferView(StateOf(isSent, lines, arrived.Count > 0), lines);
    }

    private static TransferState StateOf(bool isSent, List<TransferLine> lines, bool anyArrived)
    {
        if (!isSent)
            return TransferState.ArrivedUnannounced;
        if (lines.Any(line => line.Difference != 0))
            return TransferState.Differs;
        if (lines.All(line => line.InTransit == 0))
            return TransferState.Arrived;
        return anyArrived ? TransferState.Partly : TransferState.InTransit;
    }

    private static Dictionary<string, long> Sum(IEnumerable<TransferPart> parts)
    {
        var sum = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in parts.SelectMany(part => part.Lines))
            sum[line.Sku] = checked(sum.GetValueOrDefault(line.Sku) + line.Quantity);
        return sum;
    }
}
