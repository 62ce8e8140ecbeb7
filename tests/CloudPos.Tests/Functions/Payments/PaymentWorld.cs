using System.Text;
using CloudPos.Cards;
using CloudPos.Crypto;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Recovery;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Totals;
using CloudPos.Journal;
using CloudPos.Tests.Contracts;
using CloudPos.Tests.Functions.Acquiring;
using CloudPos.Tests.Infra;
using CloudPos.Wire;
using CloudPos.Functions.Vault;
using CloudPos.Tests.Functions.Vault;
using Microsoft.Extensions.Time.Testing;

namespace CloudPos.Tests.Functions.Payments;

/// <summary>
/// The payments room with real tables, real sealing and a real socket to a scripted acquirer. The clock of
/// the room stands until a test moves it; the link's own runs, but its wait for an answer does not end
/// because a machine is slow. Doorbells are kept, and rung when a test runs the work that is due.
/// </summary>
internal sealed class PaymentWorld : IAsyncDisposable
{
    public const string Terminal = TestCards.Terminal;
    public const string Merchant = TestCards.Merchant;

    public static readonly JournalId Journal = new(Terminal, 1);
    public static readonly Acceptor Acceptor = new(Merchant, "berlin-1", Terminal);
    public static readonly DateTimeOffset Noon = new(2026, 7, 4, 12, 0, 0, TimeSpan.Zero);

    private static readonly AcquirerProfile Quick = AcquirerProfile.Simulated with
    {
        AnswerTimeout = TimeSpan.FromSeconds(5),
        ReconnectDelayMin = TimeSpan.FromMilliseconds(1),
        ReconnectDelayMax = TimeSpan.FromMilliseconds(10),
    };

    private readonly TestFolder _folder = new();
    private readonly RingRecorder _bus = new();
    private readonly KeyRing _keys;
    private readonly int _port;
    private AcquirerLink _link = null!;
    private Asking _asking = null!;

    private PaymentWorld(AcquirerProfile profile, int? port, bool endsAtSilence)
    {
        (Profile, Acquirer) = (profile, new ScriptedAcquirer(profile.Layout, frame: profile.Frame));
        _port = port ?? Acquirer.Port;
        if (endsAtSilence)
            Acquirer.Silent = Silence.NothingComes;
        Counting = new CountingEngine(SqliteTableEngine.Open(_folder.File("tables.db")));
        Engine = new FaultingEngine(Counting);
        Tables = new TablePort(Engine, TimeProvider.System);
        _keys = TestKeys.Open(_folder.File("keys"), Time);
    }

    public AcquirerProfile Profile { get; }

    public ScriptedAcquirer Acquirer { get; }

    public FakeTimeProvider Time { get; } = new(Noon);

    /// <summary>The clock of the line.</summary>
    public SilenceClock Silence { get; } = new();

    public CountingEngine Counting { get; }

    public FaultingEngine Engine { get; }

    public TablePort Tables { get; }

    public string Folder => _folder.Path;

    public DueTable Due { get; private set; } = null!;

    public PaymentStore Store { get; private set; } = null!;

    public RetryRules Retries { get; private init; } = RetryRules.Default;

    public RecoverySteps Recovery { get; private set; } = null!;

    public RecoverPayment Recover { get; private set; } = null!;

    public PaymentRecorder Recorder { get; private set; } = null!;

    public LiveAuthorisation Live { get; private set; } = null!;

    public AuthorisePayment Authorise { get; private set; } = null!;

    public ReversePayment Reverse { get; private set; } = null!;

    public LateAnswers Late { get; private set; } = null!;

    public PayByLink Paying { get; private set; } = null!;

    public AcquirerLink Link => _link;

    public Acquirers Lines { get; private set; } = null!;

    /// <summary>Set when there are several acquirers: all lines, the first being the given one.</summary>
    private Func<AcquirerLink, Acquirers>? Others { get; init; }

    public PaymentOptions Options { get; } = new();

    public LiveFirst First { get; private init; } = new(TimeProvider.System);

    /// <param name="port">Of another acquirer than the scripted one.</param>
    /// <param name="endsAtSilence">What the script leaves unanswered is waited for no longer.</param>
    public static async Task<PaymentWorld> Start(
        Func<AcquirerProfile, AcquirerProfile>? change = null, int? port = null, RetryRules? retries = null,
        Func<AcquirerLink, Acquirers>? lines = null, bool endsAtSilence = false,
        LiveFirst? first = null)
    {
        var world = new PaymentWorld(change?.Invoke(Quick) ?? Quick, port, endsAtSilence)
        {
            Retries = retries ?? RetryRules.Default, Others = lines,
            First = first ?? new LiveFirst(TimeProvider.System),
        };
        foreach (var table in TableNames.All)
            await world.Tables.EnsureTable(table);
        await world.Wire();
        await world.Due.Ensure();
        await world.AddMerchant();
        return world;
    }

    /// <summary>
    /// What a killed process loses: the line, and all that it knew. Tables and acquirer stay.
    /// </summary>
    public async Task Restart()
    {
        await Lines.DisposeAsync();
        Engine.Revive();
        await Wire();
    }

    public async Task Wire()
    {
        Due = new DueTable(Tables, Time);
        var log = new ListLogger<AcquirerLink>();
        _link = new AcquirerLink(Profile, "127.0.0.1", _port, Silence, log);
        Lines = Others?.Invoke(_link) ?? new Acquirers([_link], [], 16, 4);
        Recovery = new RecoverySteps(Tables, Due, Retries, Time, acquirers: Lines);
        Store = new PaymentStore(Tables, new TerminalDays(Tables, Due), Recovery, Due, _bus, Time);
        Recorder = new PaymentRecorder(Store, new CancelRecovery(Tables, Time), new CardVault(_keys),
            Options, Time);
        var vault = new CardVault(_keys);
        _asking = new Asking(Tables, Store, vault, Lines, First, Options, Time);
        var merchants = new Merchants(Tables, new Register(Tables), _keys);
        var lists = new DenyLists(Tables, merchants, new ListLogger<DenyLists>());
        var work = new OwedWork(Due, _bus, Options, Time);
        var denied = new DenyListing(Store, vault, merchants, lists, Time);
        Recover = new RecoverPayment(Tables, Store, vault, work, Time);
        Authorise = new AuthorisePayment(Store, _asking, denied, work, Options, Time);
        Reverse = new ReversePayment(Store, _asking, work, Options, Time);
        Live = new LiveAuthorisation(Store, _asking, _bus);
        Late = new LateAnswers(_asking, new ListLogger<LateAnswers>());
        Paying = new PayByLink(
            Tables, Store, vault, _asking, merchants,
            new Stores(
                Tables, new Register(Tables), merchants, new TradingDays(Tables, Time),
                new ClosingAgenda(Tables), Time),
            lists, new PayLimits(Time), Options, Time);
        foreach (var link in Lines.All)
        {
            link.Observer = Late.Observe;
            link.Start();
            await Until(() => link.IsReady);
        }
    }

    /// <summary>A sale about to be paid.</summary>
    public TestSale Sale(
        long minor = 1234, string pan = TestCards.Visa, SealingPublicKey? key = null,
        Currency? currency = null) =>
        TestSale.Make(
            key ?? SealingKey, Noon.AddMinutes(-30).ToOffset(TimeSpan.FromHours(2)), minor, pan, currency);

    /// <summary>
    /// Stores the sealed card as the journal does, and records the attempt as applying it does.
    /// </summary>
    public async Task<RecordOutcome> Attempt(TestSale sale)
    {
        var key = $"j.000001.a.{sale.Payment}.0";
        var row = await Tables.Get(TableNames.Terminal, Terminal, key);
        if (row is null && await Store.Find(
            Terminal, sale.Payment, default) is not { Facts.SealedDigest: not null })
        {
            row = new Row(Terminal, key) { ["content"] = sale.Card.Content.ToArray() };
            await Tables.TryCommit(TableNames.Terminal, Terminal, [Change.Insert(row)]);
            row = await Tables.Get(TableNames.Terminal, Terminal, key);
        }
        var stored = row is null ? null : new StoredAttachment(key, row.ETag!, sale.Card);
        return await Recorder.RecordAttempt(Acceptor, Journal, sale.Attempted, sale.At, stored, default);
    }

    public Task<RecordOutcome> Accept(TestSale sale, Approval approval = Approval.Deferred) =>
        Recorder.RecordAccepted(
            Acceptor, Journal, sale.Completed, sale.Paid(approval), sale.Amount, new DateOnly(2026, 7, 4),
            sale.At,
            default);

    public Task<RecordOutcome> Abandon(TestSale sale) => Recorder.RecordAbandoned(
        Acceptor, new PaymentAbandoned(sale.Payment, sale.Sale, sale.Amount, "the customer left"), default);

    public Task<RecordOutcome> Void(TestSale sale) => Recorder.RecordVoided(
        Acceptor,
        new SaleVoided(sale.Sale, "T0000001-1-1", "Ann", "wrong goods", sale.Amount, [], [sale.Payment]),
        sale.Payment, new DateOnly(2026, 7, 4), default);

    public Task<RecordOutcome> Fail(TestSale sale, string? responseCode = null) => Recorder.RecordFailed(
        Acceptor, Journal,
        new PaymentFailed(
            sale.Payment, sale.Sale, sale.Amount, sale.Facts, responseCode, null), sale.At, default);

    public async Task<AuthoriseAnswer> Ask(TestSale sale)
    {
        var result = await Live.Authorise(Acceptor, 1, sale.Request, isActive: true, default);
        Assert.Null(result.Problem);
        return result.Answer!;
    }

    public async Task<PaymentRow> Find(TestSale sale) =>
        await Store.Find(Terminal, sale.Payment, default)
            ?? throw new InvalidOperationException("No such payment.");

    /// <summary>Runs each piece of work that is due now, once.</summary>
    public Task RunDue() => RunDue(_ => true);

    public async Task RunDue(Func<string, bool> those)
    {
        var rows = new List<DueRow>();
        await foreach (var row in Due.Sweep(Time.GetUtcNow(), TimeSpan.Zero, 1_000))
            if (those(row.Kind))
                rows.Add(row);
        foreach (var row in rows)
            await (row.Kind switch
            {
                PaymentWork.Authorise => Authorise.Run(row.Doorbell, default),
                RecoverySteps.Queue => Recover.Run(row.Doorbell, default),
                _ => Reverse.Run(row.Doorbell, default),
            });
    }

    /// <summary>Lets time pass, work being done when it is due, until nothing is owed any more.</summary>
    public async Task Settle(int hoursMax = 200)
    {
        for (var minutes = 0; await OwedCount() > 0; minutes += 20)
        {
            Assert.True(minutes < hoursMax * 60, "Work stays owed for ever.");
            await RunDue();
            Time.Advance(TimeSpan.FromMinutes(20));
        }
    }

    public async Task<int> OwedCount()
    {
        var count = 0;
        await foreach (var _ in Tables.Scan(DueTable.Table))
            count++;
        return count;
    }

    /// <summary>Everything in the terminal's partition.</summary>
    public async Task<List<Row>> Rows()
    {
        var rows = new List<Row>();
        await foreach (var row in Tables.Range(TableNames.Terminal, Terminal))
            rows.Add(row);
        return rows;
    }

    /// <summary>What the terminal's feed tells now.</summary>
    public async Task<List<Outcome>> Outcomes()
    {
        var outcomes = new List<Outcome>();
        await foreach (var (_, json) in FeedAppend.Behind(Tables, TableNames.Terminal, Terminal, 0, default))
            outcomes.Add(
                System.Text.Json.JsonSerializer.Deserialize(json, WireJson.Default.FeedRow)!.Outcome!);
        return outcomes;
    }

    public async Task<DenyList> Denied() =>
        (await new DenyLists(
            Tables, new Merchants(Tables, new Register(Tables), _keys), new ListLogger<DenyLists>())
            .Find(Merchant, default))!;

    public SealingPublicKey SealingKey
    {
        get
        {
            SignedDocument.Verify(_keys.SignedKeyList, KeyList.Typ, _ => _keys.Root.PublicKey, out var list);
            var published = System.Text.Json.JsonSerializer.Deserialize(list, WireJson.Default.KeyList)!;
            SealingPublicKey.TryCreate(
                Convert.FromBase64String(published.SealingKeys[0].PublicKey), out var key);
            return key!;
        }
    }

    /// <summary>Waits for something that must come; only a hang lets it fail.</summary>
    public static async Task Until(Func<bool> condition)
    {
        for (var i = 0; !condition(); i++)
        {
            Assert.True(i < 12_000, "It never came.");
            await Task.Delay(5);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Lines.DisposeAsync();
        await Acquirer.DisposeAsync();
        await Tables.DisposeAsync();
        _keys.Dispose();
        _folder.Dispose();
    }

    private async Task AddMerchant()
    {
        var call = new Call(
            new Dictionary<string, string> { ["merchant"] = Merchant }, new Dictionary<string, string>(),
            Encoding.UTF8.GetBytes("""{"name":"Corner Shop","currency":"EUR"}"""));
        var answer = await new Merchants(Tables, new Register(Tables), _keys).Put(call, default);
        Assert.Equal(200, answer.Status);
    }

    private sealed class RingRecorder : IBus
    {
        public Task<bool> Ring(string queue, Doorbell bell, TimeSpan? delay, CancellationToken cancel) =>
            Task.FromResult(true);
    }
}

/// <summary>One sale and its payment, as the parts of the system tell of it.</summary>
internal sealed record TestSale(
    Id Payment, Id Sale, Money Amount, DateTimeOffset At, CardFacts Facts, Attachment Card)
{
    public PaymentAttempted Attempted => new(Payment, Sale, Amount, Facts, Card.Digest, true);

    /// <summary>A sale with its card sealed, as the terminal of these tests does it.</summary>
    public static TestSale Make(
        SealingPublicKey key, DateTimeOffset at, long minor = 1234, string pan = TestCards.Visa,
        Currency? currency = null)
    {
        var (payment, amount) = (Id.New(), new Money(minor, currency ?? Currency.Parse("EUR")));
        var context = new SealContext(
            SealPurpose.Authorise, PaymentWorld.Merchant, PaymentWorld.Terminal, payment, amount,
            at.ToUnixTimeMilliseconds());
        using var card = TestCards.Swipe(pan);
        var envelope = SealedCard.Seal(key, context, card.ToPlaintext());
        return new TestSale(
            payment, Id.New(), amount, at,
            new CardFacts(
                card.Scheme, card.EntryMode, card.Pan.LastFour, "00112233445566778899aabbccddeeff"),
            Attachment.Create(AttachmentKind.SealedCard, envelope));
    }

    public AuthoriseRequest Request => new(
        Payment, Sale, Amount, At, Facts, Convert.ToBase64String(Card.Content.Span),
        Convert.ToBase64String(Card.Salt.Span), Card.Digest);

    public SaleCompleted Completed => new(
        Sale, 1, "T0000001-1-1", "Ann", [], [], Amount, [], null);

    public CardPayment Paid(Approval approval) => new(Payment, approval, Facts, null, null, null);
}
