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
    /// <summary>For an answer to come while nobody waits any more: the receipt is out.</summary>
    private static readonly TimeSpan LookAtEnd = TimeSpan.FromMilliseconds(300);

    private static readonly TimeSpan LookMax = TimeSpan.FromSeconds(3);
    private readonly CancellationTokenSource _ended = new();
    private Task _looking = Task.CompletedTask;
    private readonly Lock _opening = new();
    private readonly Lock _deciding = new();
    private readonly LiveGate _live = new(time);
    private BackOfficeClient? _client;
    private Forwarder? _forwarder;

    public TerminalStore Store => store;

    public TimeProvider Time => time;

    public PinCheck Pins { get; } = new(store);

    public LineState Line { get; } = new(time) { Practised = () => store.Drill?.From };

    /// <summary>Of a verb in a process of its own; `serve` knows its line for as long as it runs.</summary>
    public LineMemory? Memory { get; init; }

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

    /// <summary>
    /// Takes the back office for silent if the verb before found it so, and looks beside what is done now
    /// whether it answers again.
    /// </summary>
    public void RecallLine()
    {
        if (store.Enrolment is not { BackOffice: var address }
            || Memory?.SilentSince(address) is not { } since)
            return;
        Line.Recall(since);
        _looking = Look();
    }

    public SaleFlow Sales() => new(store, Line, Ask, _deciding);

    public RefundFlow Refunds() => new(store, AskRefund);

    public ForeignReceipts Foreign() => new(store, AskSale);

    public void Dispose()
    {
        if (Memory is not null)
            Remember(Memory);
        _ended.Cancel();
        _ended.Dispose();
        _client?.Dispose();
        Printing.Dispose();
        store.Dispose();
    }

    private void Remember(LineMemory memory)
    {
        // It ends with an answer, with its time or with this program, and never with an exception.
        _looking.Wait(LookAtEnd);
        if (store.Enrolment is { } enrolment && !Line.IsPractised)
            memory.TryKeep(Line.Now, enrolment.BackOffice);
    }

    /// <summary>False when this program ended before.</summary>
    private async Task<bool> Look()
    {
        try
        {
            var reply = await Task.Run(
                () => Asked((client, caller) => client.Probe(caller, LookMax, _ended.Token)));
            return reply.IsAnswered;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
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
