using CloudPos.Functions.Bus;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Receipts;
using CloudPos.Functions.Tables;
using CloudPos.Tests.Functions.Settlement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MimeKit;

namespace CloudPos.Tests.Functions.Receipts;

public sealed class SendReceiptTests : IAsyncLifetime
{
    private const string Till = "T1000001";
    private const string Customer = "barbara@example.com";
    private MoneyWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await MoneyWorld.Create();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task An_online_sale_is_mailed_at_once_with_its_authorisation_code()
    {
        var payment = await Sold(PaymentState.Approved, Approval.Online);

        await Ring(payment);

        var mail = Assert.Single(Mails());
        Assert.Equal(Customer, Assert.Single(mail.To.Mailboxes).Address);
        Assert.Equal("receipts@cloudpos.example", Assert.Single(mail.From.Mailboxes).Address);
        Assert.Equal("Receipt T1000001-000001-000001, Corner Shop Ltd", mail.Subject);
        foreach (var expected in new[]
        {
            "Corner Shop Ltd", "Shop berlin-1", "10115 Berlin", "T1000001-000001-000001", "MERCHANT0000001",
            "Visa **** 4242", "Visa Debit, chip", "AID A0000000031010", "Authorisation code A00001", "12.00",
                "19 %",
            "2026-11-20 10:00 +01:00", "Served by Bo",
        })
        {
            Assert.Contains(expected, mail.TextBody!, StringComparison.Ordinal);
            Assert.Contains(expected, mail.HtmlBody!, StringComparison.Ordinal);
        }
        Assert.Contains("Tea &lt;green&gt; &amp; more", mail.HtmlBody!, StringComparison.Ordinal);
        Assert.DoesNotContain("http", mail.HtmlBody!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PaymentState.Pending)]
    [InlineData(PaymentState.Asked)]
    public async Task A_deferred_sale_waits_for_its_outcome_and_stays_owed(PaymentState state)
    {
        var payment = await Sold(state);

        await Ring(payment);

        Assert.Empty(Mails());
        Assert.Equal(MailState.Owed, (await Row(payment)).State);
        Assert.NotNull(await _world.Get<DueTable>().Take(SendReceipt.Queue, DueId(payment)));
    }

    [Theory]
    [InlineData(PaymentState.Approved, "authorised: code")]
    [InlineData(PaymentState.Batched, "authorised: code")]
    [InlineData(PaymentState.Settled, "authorised: code")]
    [InlineData(PaymentState.Declined, "DECLINED by the card's issuer (code 51)")]
    [InlineData(PaymentState.Expired, "NOT AUTHORISED in time")]
    [InlineData(PaymentState.Voided, "Cancelled before it was charged")]
    [InlineData(PaymentState.Reversed, "the charge is taken back")]
    public async Task After_the_outcome_the_one_mail_of_a_deferred_sale_says_what_became_of_it(
        PaymentState state, string words)
    {
        var payment = await Sold(state);

        await Ring(payment);

        var mail = Assert.Single(Mails());
        Assert.Contains(words, mail.TextBody!, StringComparison.Ordinal);
        Assert.Contains(
            words.Replace("'", "&#39;", StringComparison.Ordinal), mail.HtmlBody!, StringComparison.Ordinal);
        var isPaid = state is PaymentState.Approved or PaymentState.Batched or PaymentState.Settled;
        Assert.Equal(
            !isPaid, mail.TextBody!.Contains("Please contact Corner Shop Ltd", StringComparison.Ordinal));
        Assert.Equal(!isPaid, mail.Subject!.StartsWith("Payment not completed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_of_the_card_but_its_last_four_digits_is_in_a_mail()
    {
        var payment = await Sold(PaymentState.Approved);
        await Ring(payment);

        var mail = Assert.Single(Mails());
        foreach (var body in new[] { mail.TextBody!, mail.HtmlBody! })
        {
            // Two ids could look like a number: that of the payment and that of the application.
            var text = body.Replace(payment.Payment.ToString(), "", StringComparison.Ordinal)
                .Replace("A0000000031010", "", StringComparison.Ordinal);
            Assert.DoesNotMatch("[0-9]{13}", text);
            Assert.DoesNotContain("xpir", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Rung_again_and_again_it_sends_one_mail_and_forgets_the_address()
    {
        var payment = await Sold(PaymentState.Approved);
        for (var ring = 0; ring < 3; ring++)
            await Ring(payment);

        Assert.Single(Mails());
        var row = await Row(payment);
        Assert.Equal((MailState.Sent, null), (row.State, row.Email));
        await foreach (var left in _world.Tables.Range("terminal", Till, "j.", "k"))
            Assert.DoesNotContain(".a.", left.Key, StringComparison.Ordinal);
        Assert.Null(await _world.Get<DueTable>().Take(SendReceipt.Queue, DueId(payment)));
    }

    [Fact]
    public async Task Killed_at_any_commit_it_ends_with_one_mail_file_and_one_id()
    {
        for (var commit = 1; commit < 100; commit++)
        {
            var finished = true;
            foreach (var after in new[] { false, true })
            {
                await using var world = await MoneyWorld.Create();
                var payment = await world.CardSale(Till, 1200, PaymentState.Approved, email: Customer);
                var rooms = world.Build(new KilledEngine(world.Engine, commit, after));
                var killed = await Record.ExceptionAsync(() => Ring(world, rooms, payment));
                Assert.True(killed is null or KilledException, killed?.ToString());
                finished &= killed is null;
                world.Time.Advance(TimeSpan.FromMinutes(3));

                await Ring(world, world.Rooms, payment);

                var file = Assert.Single(Directory.GetFiles(world.Options.MailPickup!));
                Assert.Equal(
                    $"receipt.t1000001.{payment.Facts!.Sale}.2_cloudpos.example.eml", Path.GetFileName(file));
                Assert.Equal(MailState.Sent, MailRow.From((await world.Tables.Get(
                    "terminal", Till, MailRow.KeyOf(payment.Facts.Sale)))!).State);
            }
            if (finished)
                return;
        }
        Assert.Fail("It never ran to its end.");
    }

    [Theory]
    [InlineData("no address at all")]
    [InlineData("a@example.com, b@example.com")]
    [InlineData("Name <a@example.com>")]
    [InlineData("a@example.com\r\nBcc: all@example.com")]
    [InlineData("a@example.com\nX: y")]
    [InlineData("\"a b\"@example.com")]
    [InlineData("a@[127.0.0.1]")]
    [InlineData("a@example.com>")]
    [InlineData("<a@example.com>")]
    [InlineData("@example.com")]
    [InlineData("a@")]
    [InlineData("")]
    [InlineData("group:a@example.com;")]
    [InlineData("a@example.com ")]
    public async Task What_is_not_exactly_one_address_is_set_aside_with_the_reason_and_no_mail_goes(
        string address)
    {
        var payment = await _world.CardSale(Till, 1200, PaymentState.Approved, email: address);

        await Ring(payment);

        Assert.Empty(Mails());
        var row = await Row(payment);
        Assert.Equal((MailState.SetAside, null), (row.State, row.Email));
        Assert.Equal("the address is none that a mail can go to", row.Reason);
    }

    [Theory]
    [InlineData("a@example.com")]
    [InlineData("first.last+tag@shop.example.co.uk")]
    [InlineData("o'neil@example.com")]
    [InlineData("jürgen@münchen.example")]
    public void Ordinary_addresses_are_taken(string address) =>
        Assert.True(ReceiptMessage.TryAddress(address, out _));

    [Fact]
    public async Task A_mail_that_may_have_gone_is_sent_again_under_the_same_id()
    {
        var mail = new ScriptedMail(
            new Handover(DeliveryResult.Unknown, "no answer"), new Handover(
                DeliveryResult.NotNow, "later"), Handover.Done);
        await using var world = await MoneyWorld.Create(
            change: services => services.Replace(ServiceDescriptor.Singleton<IMailDelivery>(mail)));
        var payment = await world.CardSale(Till, 1200, PaymentState.Approved, email: Customer);
        for (var ring = 0; ring < 4; ring++)
            await Ring(world, world.Rooms, payment);

        Assert.Equal(3, mail.Ids.Count);
        Assert.Single(mail.Ids.Distinct());
        Assert.Single(mail.Bytes.Distinct());
    }

    [Fact]
    public async Task A_mail_that_the_server_refuses_for_good_is_set_aside()
    {
        var mail = new ScriptedMail(new Handover(DeliveryResult.Refused, "the mail server answered 550"));
        await using var world = await MoneyWorld.Create(
            change: services => services.Replace(ServiceDescriptor.Singleton<IMailDelivery>(mail)));
        var payment = await world.CardSale(Till, 1200, PaymentState.Approved, email: Customer);
        await Ring(world, world.Rooms, payment);
        await Ring(world, world.Rooms, payment);

        Assert.Single(mail.Ids);
    }

    [Fact]
    public async Task While_one_handler_is_sending_another_does_not()
    {
        var mail = new ScriptedMail(Handover.Done) { Gate = new TaskCompletionSource() };
        await using var world = await MoneyWorld.Create(
            change: services => services.Replace(ServiceDescriptor.Singleton<IMailDelivery>(mail)));
        var payment = await world.CardSale(Till, 1200, PaymentState.Approved, email: Customer);
        var first = Ring(world, world.Rooms, payment);
        await mail.Arrived.Task;

        await Ring(world, world.Rooms, payment);
        mail.Gate.SetResult();
        await first;

        Assert.Single(mail.Ids);
    }

    [Fact]
    public async Task A_due_row_without_its_sale_is_dropped_only_after_an_hour()
    {
        var payment = _world.PaymentOf(Till, Id.New(), Id.New(), 1, PaymentState.Approved);
        await Ring(payment);
        Assert.NotNull(await _world.Get<DueTable>().Take(SendReceipt.Queue, DueId(payment)));
        _world.Time.Advance(TimeSpan.FromMinutes(61));

        await _world.Get<SendReceipt>().Handle(new Doorbell(SendReceipt.Queue, DueId(payment)), default);

        Assert.Null(await _world.Get<DueTable>().Take(SendReceipt.Queue, DueId(payment)));
    }

    private Task<PaymentRow> Sold(PaymentState state, Approval approval = Approval.Deferred) =>
        _world.CardSale(Till, 1200, state, approval, email: Customer);

    private Task Ring(PaymentRow payment) => Ring(_world, _world.Rooms, payment);

    private static async Task Ring(MoneyWorld world, IServiceProvider rooms, PaymentRow payment)
    {
        var sale = payment.Facts!.Sale;
        await world.Get<DueTable>().Owe(
            SendReceipt.Queue, SendReceipt.IdOf(
                Till, sale), refs: [("terminal", Till), ("sale", sale.ToString())]);
        await rooms.GetRequiredService<SendReceipt>().Handle(
            new Doorbell(SendReceipt.Queue, SendReceipt.IdOf(Till, sale)), default);
    }

    private static string DueId(PaymentRow payment) => SendReceipt.IdOf(Till, payment.Facts!.Sale);

    private async Task<MailRow> Row(PaymentRow payment) => MailRow.From(
        (await _world.Tables.Get("terminal", Till, MailRow.KeyOf(payment.Facts!.Sale)))!);

    private IReadOnlyList<MimeMessage> Mails() => !Directory.Exists(_world.Options.MailPickup)
        ? []
        : [.. Directory.GetFiles(_world.Options.MailPickup!).Select(path => MimeMessage.Load(path))];

    private sealed class ScriptedMail(params Handover[] results) : IMailDelivery
    {
        private int _next;

        public List<string> Ids { get; } = [];

        public List<string> Bytes { get; } = [];

        public TaskCompletionSource? Gate { get; init; }

        public TaskCompletionSource Arrived { get; } = new();

        public async Task<Handover> Deliver(MimeMessage message, CancellationToken cancel)
        {
            using var stream = new MemoryStream();
            await message.WriteToAsync(stream, cancel);
            Ids.Add(message.MessageId!);
            Bytes.Add(Convert.ToHexString(stream.ToArray()));
            Arrived.TrySetResult();
            if (Gate is not null)
                await Gate.Task;
            return results[Math.Min(_next++, results.Length - 1)];
        }
    }
}
