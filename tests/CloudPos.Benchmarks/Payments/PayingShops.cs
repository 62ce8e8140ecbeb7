using System.Text.Json;
using CloudPos.Cards;
using CloudPos.Crypto;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Vault;
using CloudPos.Journal;
using CloudPos.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CloudPos.Benchmarks.Payments;

/// <summary>A sale about to be paid, its card sealed as a terminal does it.</summary>
internal sealed record Paying(
    string Terminal, Id Payment, Id Sale, Money Amount, DateTimeOffset At, CardFacts Facts, Attachment Card)
{
    public AuthoriseRequest Request => new(
        Payment, Sale, Amount, At, Facts, Convert.ToBase64String(Card.Content.Span),
        Convert.ToBase64String(Card.Salt.Span), Card.Digest);

    public PaymentAttempted Attempted => new(Payment, Sale, Amount, Facts, Card.Digest, false);

    public SaleCompleted Completed(long receipt, IReadOnlyList<SaleLine> lines) => new(
        Sale, receipt, $"{Terminal}-000001-{receipt:D6}", "Kim", lines,
        [TaxLine.Included(Amount, 1900)], Amount,
        [new Tender(TenderKind.Card, Amount, Amount, new CardPayment(
            Payment, Approval.Deferred, Facts, null, null, null))], null);
}

/// <summary>
/// The back office of one merchant with many terminals, four a store, over the SQLite engine, and the
/// acquirer that answers it. Everything in this process.
/// </summary>
internal sealed class PayingShops : IAsyncDisposable
{
    public const string Merchant = "MERCHANT0000001";
    private const int TerminalsPerStore = 4;
    private const string TestPan = "4242424242424242";
    private static readonly Currency Eur = Currency.Parse("EUR");

    private readonly WebApplication _office;
    private SealingPublicKey? _key;

    private PayingShops(WebApplication office, AnsweringAcquirer acquirer) =>
        (_office, Acquirer) = (office, acquirer);

    public AnsweringAcquirer Acquirer { get; }

    public IReadOnlyList<string> Terminals { get; private init; } = [];

    /// <param name="terminals">How many. The office does not run yet.</param>
    public static async Task<PayingShops> Open(string folder, int terminals)
    {
        var acquirer = new AnsweringAcquirer();
        var office = await BackOffice.Create(
            new BackOfficeOptions
            {
                Data = folder, Acquirer = new HostAndPort("127.0.0.1", acquirer.Port),
                SubmitWithin = TimeSpan.FromDays(30),
            },
            TimeProvider.System,
            services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Error)));
        var shops = new PayingShops(office, acquirer)
        {
            Terminals = [.. Enumerable.Range(1, terminals).Select(number => $"T{number:D7}")],
        };
        await shops.Furnish();
        return shops;
    }

    public T Get<T>() where T : notnull => _office.Services.GetRequiredService<T>();

    /// <summary>Queues are served from here on, and the line to the acquirer is up.</summary>
    public async Task Start()
    {
        await _office.StartAsync();
        var link = Get<Acquirers>().All[0];
        while (!link.IsReady)
            await Task.Delay(5);
    }

    public Acceptor Acceptor(string terminal) => new(Merchant, StoreOf(terminal), terminal);

    public Paying Seal(string terminal, long minor)
    {
        var key = _key ??= SealingKey();
        var (payment, amount, at) = (Id.New(), new Money(minor, Eur), DateTimeOffset.UtcNow);
        using var track = Track2.TryParseText($";{TestPan}=49121010000000000?").Value!;
        using var card = CardData.FromTrack2(track);
        var context = new SealContext(
            SealPurpose.Authorise, Merchant, terminal, payment, amount, at.ToUnixTimeMilliseconds());
        var sealedCard = SealedCard.Seal(key, context, card.ToPlaintext());
        var facts = new CardFacts(
            card.Scheme, card.EntryMode, card.Pan.LastFour, "00112233445566778899aabbccddeeff");
        return new Paying(
            terminal, payment, Id.New(), amount, at, facts,
            Attachment.Create(AttachmentKind.SealedCard, sealedCard));
    }

    public Task<LiveResult> Authorise(Paying sale) => Get<LiveAuthorisation>().Authorise(
        Acceptor(sale.Terminal), 1, sale.Request, isActive: true, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _office.DisposeAsync();
        await Acquirer.DisposeAsync();
    }

    public async Task Insert(string table, IReadOnlyList<Row> rows)
    {
        foreach (var chunk in rows.Chunk(90))
            if (await Get<TablePort>().TryCommit(
                table, chunk[0].Partition, [.. chunk.Select(Change.Insert)]) is { } conflict)
                throw new InvalidOperationException($"The preparation met a conflict: {conflict}.");
    }

    private async Task Furnish()
    {
        await Insert(TableNames.Merchant, [new Row(Merchant, "i")
        {
            ["name"] = "Merchant", ["currency"] = "EUR", ["denyTagKey"] = new byte[32],
        }]);
        foreach (var store in Terminals.Select(StoreOf).Distinct())
            await Insert(TableNames.Store, [new Row(store, "i")
            {
                ["merchant"] = Merchant, ["name"] = "Store", ["address"] = "Street 1",
                ["timeZone"] = "Europe/Berlin", ["cutOff"] = "04:00",
            }]);
        foreach (var terminal in Terminals)
        {
            var row = new Row(terminal, TerminalIdentity.Key);
            new TerminalIdentity(
                terminal, Merchant, StoreOf(terminal), 1, TerminalStanding.Active, null, null).WriteTo(row);
            await Insert(TableNames.Terminal, [row]);
            await Get<Register>().Enter(Register.TerminalsOf(Merchant), terminal, default);
        }
    }

    private static string StoreOf(string terminal)
    {
        var number = int.Parse(terminal.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
        return $"store-{(number - 1) / TerminalsPerStore + 1}";
    }

    private SealingPublicKey SealingKey()
    {
        var keys = Get<KeyRing>();
        SignedDocument.Verify(keys.SignedKeyList, KeyList.Typ, _ => keys.Root.PublicKey, out var list);
        var published = JsonSerializer.Deserialize(list, WireJson.Default.KeyList)!;
        SealingPublicKey.TryCreate(Convert.FromBase64String(published.SealingKeys[0].PublicKey), out var key);
        return key!;
    }
}
