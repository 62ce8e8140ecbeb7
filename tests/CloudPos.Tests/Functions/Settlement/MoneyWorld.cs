using System.Text.Json;
using CloudPos.Cards;
using CloudPos.Crypto;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Customers;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Invoices;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Receipts;
using CloudPos.Functions.Recovery;
using CloudPos.Functions.Reports;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Stock;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Totals;
using CloudPos.Functions.Vault;
using CloudPos.Journal;
using CloudPos.Tests.Contracts;
using CloudPos.Tests.Functions.Acquiring;
using CloudPos.Tests.Functions.Vault;
using CloudPos.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace CloudPos.Tests.Functions.Settlement;

/// <summary>
/// A merchant with two stores and two terminals each, over real tables, and sales and payments written as
/// applying and authorising leave them. The rooms under test are built by their own registrations.
/// </summary>
internal sealed class MoneyWorld : IAsyncDisposable
{
    public const string Merchant = "MERCHANT0000001";
    public static readonly Currency Eur = Currency.Parse("EUR");
    public static readonly Currency Chf = Currency.Parse("CHF");
    public static readonly DateOnly Date = new(2026, 11, 20);
    public static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.FromHours(1));
    private readonly TestFolder _folder = new();
    private readonly List<ServiceProvider> _providers = [];
    private readonly Dictionary<string, long> _numbers = [];
    private int _stan;

    private MoneyWorld() => Engine = SqliteTableEngine.Open(_folder.File("tables.db"));

    public SqliteTableEngine Engine { get; }

    public FakeTimeProvider Time { get; } = new(Noon.AddHours(8));

    /// <summary>The clock of the line to the acquirer.</summary>
    public SilenceClock Silence { get; } = new();

    public string Folder => _folder.Path;

    public TablePort Tables { get; private set; } = null!;

    public IServiceProvider Rooms { get; private set; } = null!;

    public BackOfficeOptions Options => new() { Data = _folder.Path, MailPickup = _folder.File("mail") };

    public static async Task<MoneyWorld> Create(
        int acquirerPort = 0, Action<IServiceCollection>? change = null)
    {
        var world = new MoneyWorld();
        world.Rooms = world.Build(world.Engine, acquirerPort, change);
        world.Tables = world.Rooms.GetRequiredService<TablePort>();
        foreach (var table in TableNames.All)
            await world.Tables.EnsureTable(table);
        await world.Rooms.GetRequiredService<DueTable>().Ensure();
        await world.Furnish();
        return world;
    }

    public T Get<T>() where T : notnull => Rooms.GetRequiredService<T>();

    /// <summary>The rooms over another engine: another process, or one that is going to be killed.</summary>
    public IServiceProvider Build(
        ITableEngine engine, int acquirerPort = 0, Action<IServiceCollection>? change = null)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton(Options).AddSingleton<TimeProvider>(Time)
            .AddSingleton(new TablePort(engine, TimeProvider.System, new Random(1)))
            .AddSingleton<IBus, SilentBus>().AddSingleton<DueTable>()
            .AddSingleton(_ => TestKeys.Open(_folder.File("keys"), Time))
            .AddSingleton<JournalHeads>().AddSingleton<StoredEntries>()
            .AddSingleton<PaymentStore>().AddSingleton<PaymentRecorder>().AddSingleton<CardVault>()
            .AddSingleton<PaymentOptions>().AddRecovery()
            .AddFleet().AddTotals().AddSettlement().AddFunding().AddReports().AddInvoices()
            .AddReceipts().AddJournals().AddStock().AddCustomers();
        services.AddSingleton(provider => new AcquirerLink(
            AcquirerProfile.Simulated with
            {
                ReconnectDelayMin = TimeSpan.FromMilliseconds(1),
                ReconnectDelayMax = TimeSpan.FromMilliseconds(10),
            }, "127.0.0.1", acquirerPort, Silence,
            provider.GetRequiredService<ILogger<AcquirerLink>>()));
        services.AddSingleton(provider => new Acquirers(
            [provider.GetRequiredService<AcquirerLink>()], [], 16, 4));
        change?.Invoke(services);
        var provider = services.BuildServiceProvider();
        _providers.Add(provider);
        return provider;
    }

    /// <summary>The cycle of the merchant's euro payments at the acquirer that all of them go to.</summary>
    public static Cycle Cycle(DateOnly date) =>
        new(Merchant, Eur, date) { Acquirer = AcquirerProfile.Simulated.Name };

    /// <summary>A sale paid by one card, its payment in the state asked for.</summary>
    public async Task<PaymentRow> CardSale(
        string terminal, long minor, PaymentState state, Approval approval = Approval.Deferred,
            DateOnly? date = null,
        DateOnly? settlement = null, string? email = null, Id? payment = null, Currency? currency = null,
        long tip = 0, string? acquirer = null)
    {
        var row = PaymentOf(
            terminal, payment ?? Id.New(), Id.New(), minor, state, approval, date ?? Date, settlement);
        if (currency is { } other)
            row = row with { Facts = row.Facts! with { Amount = new Money(minor, other) } };
        if (acquirer is not null)
            row = row with { Asked = row.Asked! with { Acquirer = acquirer } };
        await Put(row);
        await Sell(terminal, row.Facts!.Sale, date ?? Date, email, new Tender(
            TenderKind.Card, row.Amount!.Value, row.Amount!.Value, new CardPayment(
                row.Payment, approval, Card, approval == Approval.Online ? "A00001" : null, null, null))
        {
            Tip = tip == 0 ? null : new Money(tip, row.Amount!.Value.Currency),
        });
        return row;
    }

    /// <param name="tip">Of the amount.</param>
    public Task<SaleCompleted> CashSale(string terminal, long minor, DateOnly? date = null, long tip = 0) =>
        Sell(
            terminal, Id.New(), date ?? Date, null,
            new Tender(TenderKind.Cash, new Money(minor, Eur), new Money(minor, Eur))
            {
                Tip = tip == 0 ? null : new Money(tip, Eur),
            });

    public static CardFacts Card { get; } =
        new(Scheme.Visa, EntryMode.Chip, "4242", "00ff", "A0000000031010", "Visa Debit");

    /// <summary>Appends a sale's entry, its row, and the mail when somebody wants one.</summary>
    public async Task<SaleCompleted> Sell(
        string terminal, Id id, DateOnly date, string? email, params Tender[] tenders)
    {
        var number = _numbers[terminal] = _numbers.GetValueOrDefault(terminal) + 1;
        var zero = Money.Zero(tenders[0].Amount.Currency);
        var total = tenders.Aggregate(zero, (sum, tender) => sum + tender.Share);
        var sale = new SaleCompleted(
            id, number, $"{terminal}-000001-{number:D6}", number % 2 == 0 ? "Ada" : "Bo",
            [new SaleLine("tea", "Tea <green> & more", 1, total, zero, 1900, total)],
            [TaxLine.Included(total, 1900)], total, tenders, null);
        var entry = Entry.Create(
            new JournalId(terminal, 1), number, EntryHash.Genesis(new JournalId(terminal, 1)),
            new DateTimeOffset(date.ToDateTime(new TimeOnly(10, 0)), TimeSpan.FromHours(1)), date, sale);
        var stored = new Row(terminal, JournalRows.Entry(1, number))
        {
            ["hash"] = entry.Hash.ToBytes(), ["kind"] = (
                int)entry.Header.Kind, ["storedAt"] = Time.GetUtcNow(),
            ["attachments"] = 0,
        };
        stored.SetChunks("bytes", entry.Bytes.Span);
        var row = SaleRow.New(entry.Header, sale, Time.GetUtcNow());
        var changes = new List<Change> { Change.Insert(stored), Change.Insert(row) };
        changes.AddRange(await Get<TerminalDays>().Sold(row, default));
        if (email is not null)
        {
            changes.Add(Change.Insert(new Row(terminal, MailRow.KeyOf(id))
            {
                ["email"] = email, ["receiptNumber"] = sale.ReceiptNumber, ["createdAt"] = Time.GetUtcNow(),
            }));
            changes.Add(Change.Insert(new Row(terminal, JournalRows.Attachment(1, number, 0))
            {
                ["kind"] = (int)AttachmentKind.Contact, ["salt"] = new byte[16],
                ["content"] = JsonSerializer.SerializeToUtf8Bytes(
                    new Contact(email, null), WireJson.Default.Contact),
            }));
        }
        Assert.Null(await Tables.TryCommit(TableNames.Terminal, terminal, changes));
        return sale;
    }

    /// <summary>A payment as the states before would have left it.</summary>
    public PaymentRow PaymentOf(
        string terminal, Id payment, Id sale, long minor, PaymentState state,
            Approval approval = Approval.Deferred,
        DateOnly? date = null, DateOnly? settlement = null, bool saleSeen = true)
    {
        var at = Noon.ToUniversalTime();
        var asked = PaymentStates.IsOpen(state) || state is PaymentState.Voided or PaymentState.Expired ? null
            : new AskedRequest("simulated", ++_stan, $"6324{_stan:D8}", at, true, at, 1);
        var approved = state is PaymentState.Approved or PaymentState.Batched or PaymentState.Settled
            or PaymentState.Reversing or PaymentState.Reversed;
        var answer = approved
            ? new PaymentAnswer("00", CodeMeaning.Approved, $"{_stan:D6}", settlement ?? date ?? Date, at)
            : state == PaymentState.Declined ? new PaymentAnswer(
                "51", CodeMeaning.DeclinedForNow, null, null, at) : null;
        return new PaymentRow
        {
            Terminal = terminal, Payment = payment, State = state,
            Facts = new PaymentFacts(
                Merchant, StoreOf(
                    terminal), 1, sale, new Money(minor, Eur), at, null, Scheme.Visa, EntryMode.Chip, "4242"),
            Accepted = saleSeen ? new AcceptedSale(approval, date ?? Date, $"{terminal}-R") : null,
            Asked = asked, Answer = answer,
            Reversal = state == PaymentState.Reversed ? new PaymentReversal(1, at, at, 1, "00") : null,
            History = [new PaymentEvent(state, at, "test", PaymentEvent.BackOffice)],
        };
    }

    /// <summary>
    /// A refund of a sale as its entry leaves it: taken of the sale's row, and to cards as payments.
    /// </summary>
    public async Task<TakenRefund> Refund(Id sale, string terminal, DateOnly date, params RefundTender[] back)
    {
        var row = (await Tables.Get(TableNames.Terminal, terminal, SaleRow.KeyOf(sale)))!;
        var total = back.Aggregate(Money.Zero(back[0].Amount.Currency), (sum, one) => sum + one.Amount);
        var taken = new TakenRefund(
            Id.New(), terminal, 1, _numbers[terminal] += 1, null, total, [], back, date,
            [TaxLine.Included(total, 1900)]) { Cashier = "Ada" };
        TakenRefund.Write(row, [.. TakenRefund.Read(row), taken]);
        Assert.Null(await Tables.TryCommit(
            TableNames.Terminal, terminal,
            [Change.Replace(row), .. await Get<TerminalDays>().Refunded(row, taken, default)]));
        return taken;
    }

    /// <summary>The entry of a void or refund, applied by the room that does so for terminals.</summary>
    /// <returns>Why it, or a part of it, could not be applied; null when all of it is.</returns>
    public Task<string?> Apply(PaymentRow paid, EntryBody body, DateOnly date)
    {
        var number = _numbers[paid.Terminal] += 1;
        var entry = Entry.Create(
            new JournalId(paid.Terminal, 1), number, EntryHash.Genesis(new JournalId(paid.Terminal, 1)),
            new DateTimeOffset(date.ToDateTime(new TimeOnly(11, 0)), TimeSpan.FromHours(1)), date, body);
        var applied = new AppliedEntry(
            new Acceptor(Merchant, StoreOf(paid.Terminal), paid.Terminal), entry.Header, default,
            entry.Header.At, [], entry.Header.Journal);
        return body is SaleVoided voided
            ? Get<SaleEffects>().Void(applied, voided, default)
            : Get<Refunds>().Apply(applied, (SaleRefunded)body, default);
    }

    /// <summary>An entry as it is stored, that cannot be applied.</summary>
    /// <returns>Its number.</returns>
    public async Task<long> SetAside(PaymentRow paid, EntryBody body, DateOnly date)
    {
        var (journal, number) = (new JournalId(paid.Terminal, 1), _numbers[paid.Terminal] += 1);
        var entry = Entry.Create(
            journal, number, EntryHash.Genesis(journal),
            new DateTimeOffset(date.ToDateTime(new TimeOnly(11, 0)), TimeSpan.FromHours(1)), date, body);
        var row = new Row(paid.Terminal, JournalRows.Entry(1, number))
        {
            ["hash"] = entry.Hash.ToBytes(), ["kind"] = (int)entry.Header.Kind,
            ["storedAt"] = Time.GetUtcNow(), ["attachments"] = 0,
        };
        row.SetChunks("bytes", entry.Bytes.Span);
        await Insert(TableNames.Terminal, row);
        var stored = (await Get<StoredEntries>().Find(journal, number, default))!;
        var identity = (await Get<Terminals>().Find(paid.Terminal, default))!;
        var reason = await Get<ApplyEntry>().Apply(identity, stored, entry.Header.At, default);
        Assert.NotNull(reason);
        await Get<SetAsides>().Put(stored, entry.Header.At, reason, default);
        return number;
    }

    /// <summary>What was set aside is tried again, and is applied now.</summary>
    public async Task Retry(string terminal, long number)
    {
        var answer = await Get<SetAsides>().Retry(
            new Call(
                new Dictionary<string, string>
                {
                    ["terminal"] = terminal, ["epoch"] = "1", ["number"] = $"{number}",
                },
                new Dictionary<string, string>(), Array.Empty<byte>()), default);
        Assert.Contains(
            "\"applied\":true", System.Text.Encoding.UTF8.GetString(answer.Body.Span),
            StringComparison.Ordinal);
    }

    /// <summary>What a void of the payment's sale says.</summary>
    public async Task<SaleVoided> Voided(PaymentRow paid)
    {
        var row = (await Tables.Get(TableNames.Terminal, paid.Terminal, SaleRow.KeyOf(paid.Facts!.Sale)))!;
        return new SaleVoided(
            paid.Facts.Sale, row.Text("receiptNumber"), "Ada", "brought back", paid.Amount!.Value, [],
            [paid.Payment]);
    }

    /// <summary>A refund that a till has asked for, its entry not here yet; false where it may not be.
    /// </summary>
    public async Task<bool> Promise(PaymentRow paid, SaleRefunded refund)
    {
        var key = SaleRow.KeyOf(paid.Facts!.Sale);
        var row = (await Tables.Get(TableNames.Terminal, paid.Terminal, key))!;
        if (SaleRow.From(row).VoidedBy is not null)
            return false;
        TakenRefund.Write(row,
        [
            .. TakenRefund.Read(row),
            new TakenRefund(
                refund.Refund, paid.Terminal, 0, 0, Time.GetUtcNow().AddMinutes(10), refund.Total,
                refund.Lines, refund.Tenders),
        ]);
        Assert.Null(await Tables.TryCommit(TableNames.Terminal, paid.Terminal, [Change.Replace(row)]));
        return true;
    }

    /// <summary>What a refund of a part of the payment says.</summary>
    public static SaleRefunded Refunded(PaymentRow paid, long minor)
    {
        var part = new Money(minor, paid.Amount!.Value.Currency);
        return new SaleRefunded(
            Id.New(), paid.Facts!.Sale, paid.Terminal, $"{paid.Terminal}-R", "Ada", null, "brought back", [],
            [TaxLine.Included(part, 1900)], part,
            [new RefundTender(TenderKind.Card, part, paid.Payment, Id.New())], true);
    }

    /// <summary>A sale that is taken back, as its entry leaves it: its row, then its payment.</summary>
    /// <param name="again">Its entry is applied once more, after a stop.</param>
    public async Task Void(PaymentRow paid, DateOnly date, bool again = false)
    {
        var row = (await Tables.Get(TableNames.Terminal, paid.Terminal, SaleRow.KeyOf(paid.Facts!.Sale)))!;
        var voided = new SaleVoided(
            paid.Facts.Sale, row.Text("receiptNumber"), "Ada", "brought back", paid.Amount!.Value, [],
            [paid.Payment]);
        if (!again)
        {
            var number = _numbers[paid.Terminal] += 1;
            SaleRow.SetVoided(row, Entry.Create(
                new JournalId(paid.Terminal, 1), number, EntryHash.Genesis(new JournalId(paid.Terminal, 1)),
                new DateTimeOffset(date.ToDateTime(new TimeOnly(11, 0)), TimeSpan.FromHours(1)), date,
                voided).Header, voided.Cashier);
            Assert.Null(await Tables.TryCommit(
                TableNames.Terminal, paid.Terminal,
                [Change.Replace(row), .. await Get<TerminalDays>().Voided(row, default)]));
        }
        await Get<PaymentRecorder>().RecordVoided(
            new Acceptor(Merchant, StoreOf(paid.Terminal), paid.Terminal), voided, paid.Payment, date,
            default);
    }

    /// <summary>The acquirer's answer to a payment that waited for one.</summary>
    public async Task<PaymentRow> Answer(PaymentRow pending, PaymentState outcome, DateOnly settlement)
    {
        var (_, row) = await Get<PaymentStore>().Change(pending.Terminal, pending.Payment, known =>
        {
            var at = Time.GetUtcNow();
            var asked = known!.Advance(PaymentState.Asked, at, "asked", PaymentEvent.BackOffice) with
            {
                Asked = new AskedRequest("simulated", ++_stan, $"6324{_stan:D8}", at, true, at, 1),
            };
            var isApproved = outcome == PaymentState.Approved;
            return PaymentChange.To(asked.Advance(outcome, at, "answered", PaymentEvent.Acquirer) with
            {
                Answer = isApproved
                    ? new PaymentAnswer("00", CodeMeaning.Approved, $"{_stan:D6}", settlement, at)
                    : new PaymentAnswer("57", CodeMeaning.DeclinedForGood, null, null, at),
            });
        }, default);
        return row!;
    }

    /// <summary>What is given back to the card of a payment, as a payment of its own.</summary>
    public async Task<PaymentRow> CardRefund(
        PaymentRow original, long minor, PaymentState state, DateOnly? date = null, Id? refund = null)
    {
        var row = PaymentOf(
            original.Terminal, refund ?? Id.New(), original.Facts!.Sale, minor, state,
            original.Accepted!.Approval, date) with
        {
            Origin = new PaymentOrigin(OriginKind.Refund, original.Payment, 0),
        };
        row = row with
        {
            Facts = row.Facts! with { Amount = new Money(minor, original.Amount!.Value.Currency) },
        };
        await Put(row);
        return row;
    }

    /// <summary>The sale of a payment that was approved while its terminal could not send it.</summary>
    public async Task<PaymentRow> Arrive(PaymentRow payment, DateOnly date)
    {
        var before = await Payment(payment);
        var after = before with { Accepted = new AcceptedSale(Approval.Online, date, "R") };
        Assert.Null(await Tables.TryCommit(
            TableNames.Terminal, payment.Terminal,
            [
                Change.Replace(after.ToRow()),
                .. await Get<TerminalDays>().Paid(
                    payment.Terminal, [new PaymentStep(before, after)], default),
            ]));
        await Sell(payment.Terminal, payment.Facts!.Sale, date, null, new Tender(
            TenderKind.Card, payment.Amount!.Value, payment.Amount!.Value, new CardPayment(
                payment.Payment, Approval.Online, Card, "A00001", null, null)));
        return after;
    }

    public async Task Put(PaymentRow payment) => Assert.Null(await Tables.TryCommit(
        TableNames.Terminal, payment.Terminal,
        [
            Change.Insert(payment.ToRow()),
            .. await Get<TerminalDays>().Paid(payment.Terminal, [new PaymentStep(null, payment)], default),
        ]));

    public async Task<PaymentRow> Payment(PaymentRow payment) => PaymentRowCodec.From((await Tables.Get(
        TableNames.Terminal, payment.Terminal, PaymentRowCodec.KeyOf(payment.Payment)))!);

    public static string StoreOf(string terminal) => terminal[1] == '1' ? "berlin-1" : "berlin-2";

    public static readonly string[] TerminalIds = ["T1000001", "T1000002", "T2000001", "T2000002"];

    public async ValueTask DisposeAsync()
    {
        foreach (var provider in _providers)
            await provider.DisposeAsync();
        await Engine.DisposeAsync();
        _folder.Dispose();
    }

    private async Task Furnish()
    {
        var register = Get<Register>();
        await Insert(TableNames.Merchant, new Row(Merchant, "i")
        {
            ["name"] = "Corner Shop Ltd", ["currency"] = "EUR", ["denyTagKey"] = new byte[32],
        });
        await register.Enter(Register.Merchants, Merchant, default);
        foreach (var store in new[] { "berlin-1", "berlin-2" })
        {
            await Insert(TableNames.Store, new Row(store, "i")
            {
                ["merchant"] = Merchant, ["name"] = $"Shop {store}", ["address"] = "Street 1\n10115 Berlin",
                ["timeZone"] = "Europe/Berlin", ["cutOff"] = "04:00",
            });
            await register.Enter(Register.Stores, store, default);
            await Get<ClosingAgenda>().Enter(store, Time.GetUtcNow(), default);
        }
        foreach (var terminal in TerminalIds)
        {
            var row = new Row(terminal, TerminalIdentity.Key);
            new TerminalIdentity(
                terminal, Merchant, StoreOf(terminal), 1, TerminalStanding.Active, null, Noon).WriteTo(row);
            await Insert(TableNames.Terminal, row);
            await Insert(TableNames.Terminal, new Row(
                terminal, "ic") { ["lastContact"] = Time.GetUtcNow(), ["skewMs"] = 0L });
            await Insert(TableNames.Terminal, JournalHeads.Empty(new JournalId(terminal, 1)));
            await register.Enter(Register.Terminals, terminal, default);
            await register.Enter(Register.TerminalsOf(Merchant), terminal, default);
        }
    }

    private async Task Insert(string table, Row row) =>
        Assert.Null(await Tables.TryCommit(table, row.Partition, [Change.Insert(row)]));

    /// <summary>Rings are lost: what is owed is in the due table, and tests call the handlers.</summary>
    public sealed class SilentBus : IBus
    {
        public Task<bool> Ring(string queue, Doorbell bell, TimeSpan? delay, CancellationToken cancel) =>
            Task.FromResult(false);
    }
}
