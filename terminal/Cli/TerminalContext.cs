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

    public RefundFlow Refunds() => new(store, AskRefund);

    public ForeignReceipts Foreign() => new(store, AskSale);

    public void Dispose()
    {
        _client?.Dispose();
        Printing.Dispose();
        store.Dispose();
    }

    private Task<Reply<AuthoriseAnswer>> Ask(
        AuthoriseRequest request, TimeSpan timeout, CancellationToken cancel) =>
        Asked(async (client, caller) =>
        {
            using (_live.Enter())
                return await client.Authorise(caller, request, timeout, cancel);
        });

    private Task<Reply<RefundAnswer>> AskRefund(
        RefundRequest request, TimeSpan timeout, CancellationToken cancel) =>
        Asked((client, caller) => client.Refund(caller, request, timeout, cancel));

    private Task<Reply<ForeignSale>> AskSale(
        string receiptNumber, TimeSpan timeout, CancellationToken cancel) =>
        Asked((client, caller) => client.FindSale(caller, receiptNumber, timeout, cancel));

    private async Task<Reply<T>> Asked<T>(Func<BackOfficeClient, Caller, Task<Reply<T>>> ask)
        where T : class
    {
        BackOfficeClient? client;
        lock (_opening)
            client = Client();
        return client is null || store.Enrolment is not { } enrolment || store.DeviceKey is not { } key
            ? Reply<T>.NotSent("There is no back office to ask, or no key to sign with.")
            : await ask(client, new Caller(enrolment.Terminal, key));
    }

    private BackOfficeClient? Client()
    {
        var address = store.Enrolment?.BackOffice;
        if (_client is null && address is not null && BackOfficeClient.IsAllowed(address))
            _client = new BackOfficeClient(address, time, Line);
        return _client;
    }
}
