namespace CloudPos.Benchmarks.Journal;

/// <summary>Our own checkout, offline: every step that a sale at the counter takes.</summary>
internal sealed class CheckoutPeer(string folder) : ISalePeer
{
    private readonly BenchmarkTill _till = new(folder);

    public string Name => "CloudPos, card sealed and journal encrypted";

    public Task Sell() => _till.SellByCard();

    public ValueTask DisposeAsync()
    {
        _till.Dispose();
        return ValueTask.CompletedTask;
    }
}
