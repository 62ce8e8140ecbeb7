using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.People;
using CloudPos.Terminal.Printing;
using CloudPos.Terminal.Uplink;
using CloudPos.Wire;

namespace CloudPos.Terminal.Cli;

/// <summary>
/// An open terminal and what its verbs share: the store, the line, the client and the one lock of deciding.
/// `serve` keeps one for as long as it runs; a verb that stands alone opens one of its own. Owns all its
/// parts.
/// </summary>
internal sealed class TerminalContext(TerminalStore store, TimeProvider time) : IDisposable
{
    private readonly Lock _opening = new();
    private readonly Lock _deciding = new();
    private readonly UnansweredRefunds _unanswered = new();
    private readonly LiveGate _live = new(time);
    private BackOfficeClient? _client;
    private Forwarder? _forwarder;

    public TerminalStore Store => store;

    public TimeProvider Time => time;

    public PinCheck Pins { get; } = new(store);

    public LineState Line { get; } = new(time) { Practised = () => store.Drill?.From };

    /// <summary>Forwards to the back office that the enrolment named; null before enrolment.</summary>
    public Forwarder? Forwarder
    {
        get
        {
            lock (_opening)
                return Client() is { } client ? _forwarder ??= new Forwarder(store, client, _live) : null;
        }
    }

    /// <summary>The receipt printer, if one is set, and what waits for it.</summary>
    public PrintDesk Printing { get; } = new(store, time);

    public SaleFlow Sales() => new(store, Line, Ask, _deciding);

    public RefundFlow Refunds() => new(store, AskRefund, _unanswered);

    public ForeignReceipts Foreign() => new(store, AskSale);

    public void Dispose()
    {
        _client?.Dispose();
        Printing.Dispose();
        store.Dispose();
    }

    private async Task<Reply<AuthoriseAnswer>> Ask(
        AuthoriseRequest request, TimeSpan timeout, CancellationToken cancel)
    {
        BackOfficeClient? client;
        lock (_opening)
            client = Client();
        if (client is null || store.Enrolment is not { } enrolment || store.DeviceKey is not { } key)
            return Reply<AuthoriseAnswer>.NotSent("There is no back office to ask, or no key to sign with.");
        using (_live.Enter())
            return await client.Authorise(new Caller(enrolment.Terminal, key), request, timeout, cancel);
    }

    private async Task<Reply<RefundAnswer>> AskRefund(
        RefundRequest request, TimeSpan timeout, CancellationToken cancel)
    {
        BackOfficeClient? client;
        lock (_opening)
            client = Client();
        if (client is null || store.Enrolment is not { } enrolment || store.DeviceKey is not { } key)
            return Reply<RefundAnswer>.NotSent("There is no back office to ask, or no key to sign with.");
        return await client.Refund(new Caller(enrolment.Terminal, key), request, timeout, cancel);
    }

    private async Task<Reply<ForeignSale>> AskSale(
        string receiptNumber, TimeSpan timeout, CancellationToken cancel)
    {
        BackOfficeClient? client;
        lock (_opening)
            client = Client();
        if (client is null || store.Enrolment is not { } enrolment || store.DeviceKey is not { } key)
            return Reply<ForeignSale>.NotSent("There is no back office to ask, or no key to sign with.");
        return await client.FindSale(new Caller(enrolment.Terminal, key), receiptNumber, timeout, cancel);
    }

    private BackOfficeClient? Client()
    {
        var address = store.Enrolment?.BackOffice;
        if (_client is null && address is not null && BackOfficeClient.IsAllowed(address))
            _client = new BackOfficeClient(address, time, Line);
        return _client;
    }
}
