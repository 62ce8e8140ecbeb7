using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;

namespace CloudPos.Functions.Stock;

/// <summary>A transfer with what its parts come to.</summary>
internal sealed record TransferListed(
    string Number, string From, string To, TransferState State, IReadOnlyList<TransferLine> Lines);

/// <summary>Shows goods between stores: what is on its way, and what differs.</summary>
internal sealed class TransferAdmin(Transfers transfers, Stores stores)
{
    private const int TransfersMax = 500;

    /// <summary>GET /api/backoffice/stock/{store}/transfers</summary>
    public async Task<Answer> Get(Call call, CancellationToken cancel)
    {
        if (!Names.IsStore(call.Route("store"))
            || await stores.Find(call.Route("store"), cancel) is not { } store)
            return Answer.NotFound("such store");
        var found = await transfers.List(store.Id, TransfersMax, cancel);
        return Answer.Json(
            [.. found.Select(transfer =>
            {
                var view = TransferView.Of(transfer);
                return new TransferListed(
                    transfer.Number, transfer.From, transfer.To, view.State, view.Lines);
            })],
            StockJson.Default.IReadOnlyListTransferListed);
    }
}
