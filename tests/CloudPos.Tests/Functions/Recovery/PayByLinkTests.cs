using System.Net;
using System.Text;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Recovery;
using CloudPos.Journal;
using CloudPos.Tests.Functions.Acquiring;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPos.Tests.Functions.Recovery;

public sealed class PayByLinkTests : IAsyncLifetime
{
    private LinkWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await LinkWorld.Start();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_decline_is_paid_by_its_link_with_another_card_and_the_receipt_is_mailed()
    {
        var sale = await _world.Declined();
        var link = await _world.Link(sale);
        var (status, form) = await _world.Look(link);

        using var posted = await _world.Pay(link);
        await _world.Shows(link, PayShow.Paid);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.SeeOther), (status, posted.StatusCode));
        Assert.Contains("Pay 12.34 EUR", form, StringComparison.Ordinal);
        Assert.Contains("Corner Shop", form, StringComparison.Ordinal);
        var known = (await _world.Find(sale))!;
        Assert.Equal((CaseState.Recovered, LinkState.Paid), (known.State, known.Link!.State));
        var tried = Assert.Single(known.Tries);
        Assert.Equal(("4444", "00"), (tried.LastFour, tried.ResponseCode));
        Assert.Equal(sale.Amount.Minor, _world.Acquirer.Ledger.ChargedMinor);
        Assert.Equal(PaymentState.Declined, (await _world.Payment(sale.Payment)).State);
        await TestBackOffice.Eventually(
            () => Task.FromResult(_world.Mails("Paid").Count == 1), "the receipt by mail");
        Assert.Contains("Mastercard **** 4444", _world.Mails("Paid")[0].TextBody!, StringComparison.Ordinal);
        await TestBackOffice.Eventually(
            async () => (await _world.Find(sale))!.Link is { ReceiptOwed: false, Email: null },
            "an address that is forgotten");
    }

    [Fact]
    public async Task The_acquirer_is_told_that_the_card_was_typed_into_a_page()
    {
        var link = await _world.Link(await _world.Declined());
        using var posted = await _world.Pay(link);
        await _world.Shows(link, PayShow.Paid);

        var request = Assert.Single(_world.Acquirer.Received, LinkWorld.IsTyped);
        Assert.Equal(("812", "59", "000000"), (request.Get(22), request.Get(25), request.Get(3)));
        Assert.False(request.Has(35) || request.Has(55) || request.Has(60) || request.Has(62));
    }

    [Fact]
    public async Task The_page_lets_nothing_in_or_out_and_no_browser_keeps_it()
    {
        var link = await _world.Link(await _world.Declined());
        using var answer = await _world.Browser.GetAsync(link);

        var headers = answer.Headers.ToDictionary(
            header => header.Key, header => string.Join(' ', header.Value), StringComparer.OrdinalIgnoreCase);
        var policy = headers["Content-Security-Policy"];
        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal(
            ("no-store", "no-referrer"), (headers["Cache-Control"], headers["Referrer-Policy"]));
        Assert.StartsWith("noindex", headers["X-Robots-Tag"], StringComparison.Ordinal);
        Assert.DoesNotContain("http", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_taps_a_repeated_post_and_a_second_window_are_one_payment()
    {
        var sale = await _world.Declined();
        var link = await _world.Link(sale);

        var posts = await Task.WhenAll(
            _world.Pay(link), _world.Pay(link), _world.Pay(link, TestCards.Visa), _world.Pay(link));
        await _world.Shows(link, PayShow.Paid);
        using var again = await _world.Pay(link);
        using var next = await _world.Pay(link, attempt: 2);

        Assert.All(posts, post => Assert.Equal(HttpStatusCode.SeeOther, post.StatusCode));
        Assert.Equal(1, _world.TypedCount);
        Assert.Equal(sale.Amount.Minor, _world.Acquirer.Ledger.ChargedMinor);
        Assert.Single((await _world.Find(sale))!.Tries);
    }

    [Fact]
    public async Task After_a_decline_another_card_may_be_tried_five_in_all_and_none_of_them_is_kept()
    {
        var sale = await _world.Declined();
        var link = await _world.Link(sale);
        _world.TypedCode = "51";
        for (var card = 1; card <= PaymentLink.CardsMax; card++)
        {
            using var posted = await _world.Pay(link, attempt: card);
            await TestBackOffice.Eventually(
                async () => (await _world.Find(sale))!.Tries is var tries && tries.Count == card
                    && tries[^1].ResponseCode == "51", $"the answer to card {card}");
            if (card < PaymentLink.CardsMax)
                Assert.Contains(
                    "ending in 4444 was declined. Nothing was charged", (await _world.Look(link)).Html,
                    StringComparison.Ordinal);
        }

        Assert.Equal("Exhausted", await _world.Shown(link));
        using var sixth = await _world.Pay(link, attempt: 6);
        var known = (await _world.Find(sale))!;
        Assert.Equal((CaseState.Open, 5, 5), (known.State, known.Tries.Count, _world.TypedCount));
        foreach (var tried in known.Tries)
        {
            var payment = await _world.Payment(tried.Payment);
            Assert.Equal((PaymentState.Declined, null), (payment.State, payment.Reference));
        }
        Assert.Equal(0, _world.Acquirer.Ledger.ChargedMinor);
    }

    [Fact]
    public async Task Without_an_answer_the_page_says_not_to_pay_twice_until_the_answer_is_there()
    {
        var sale = await _world.Declined();
        var link = await _world.Link(sale);
        var mute = true;
        _world.Acquirer.Script = (message, from) =>
        {
            var answer = _world.Acquirer.Ledger.Enter(message);
            return Volatile.Read(ref mute) ? Task.CompletedTask
                : from.Answer(message, answer.Code, answer.Fields);
        };

        using var posted = await _world.Pay(link);
        await TestBackOffice.Eventually(() => Task.FromResult(_world.TypedCount == 1), "a request");
        var (_, page) = await _world.Look(link);
        using var impatient = await _world.Pay(link, TestCards.Visa, attempt: 2);

        Assert.Equal("Asking", LinkWorld.ShowOf(page));
        Assert.Contains("Do not pay a second time", page, StringComparison.Ordinal);
        using (var refused = await Command(sale, "write-off", """{"reason":"gone"}"""))
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Volatile.Write(ref mute, false);
        _world.Acquirer.Drop();
        _world.Office.Time.Shift += TimeSpan.FromMinutes(1);
        await _world.Shows(link, PayShow.Paid);

        Assert.Equal(1, _world.TypedCount);
        Assert.Equal(sale.Amount.Minor, _world.Acquirer.Ledger.ChargedMinor);
    }

    [Fact]
    public async Task A_manager_withdraws_a_link_and_sends_another_and_only_the_newest_leads_anywhere()
    {
        var sale = await _world.Declined();
        var first = await _world.Link(sale);

        using (var withdrawn = await Command(sale, "link/withdraw", "{}"))
            Assert.Equal(HttpStatusCode.OK, withdrawn.StatusCode);
        Assert.Equal("Withdrawn", await _world.Shown(first));
        using (var sent = await Command(sale, "link", """{"email":"bob@example.com"}"""))
            Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        var second = await _world.Link(sale, 2);
        using var old = await _world.Pay(first);
        Assert.Equal(0, _world.TypedCount);
        using var paid = await _world.Pay(second);
        await _world.Shows(second, PayShow.Paid);

        Assert.Equal("Paid", await _world.Shown(first));
        var newest = _world.Mails("Please pay").Single(mail =>
            mail.MessageId!.Contains($"{sale.Payment}.2.", StringComparison.Ordinal));
        Assert.Equal("bob@example.com", newest.To.Mailboxes.Single().Address);
        using var late = await Command(sale, "link", "{}");
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
    }

    [Fact]
    public async Task A_clerk_reads_in_the_case_what_was_done_when_and_by_whom()
    {
        var sale = await _world.Declined();
        var link = await _world.Link(sale);
        _world.TypedCode = "51";
        using (await _world.Pay(link))
            await TestBackOffice.Eventually(
                async () => (await _world.Find(sale))!.Tries is [{ ResponseCode: "51" }], "the answer");
        using (await Command(sale, "link/withdraw", "{}"))
        using (await Command(sale, "write-off", """{"reason":"moved away"}"""))
        {
        }

        var told = Assert.Single((await _world.Office.Expect(
            _world.Office.Get("/api/backoffice/cases", "finance"))).EnumerateArray());

        Assert.Equal(
            [
                ("Declined 57; no further try is planned", "acquirer"),
                ("payment link 1 is to be mailed", "back office"),
                ("payment link 1 mailed", "back office"),
                ("try 1 by link, card ending in 4444", "customer"),
                ("try 1: Declined 51; no further try is planned", "acquirer"),
                ("payment link 1 withdrawn", "Petra"),
                ("written off: moved away", "Petra"),
            ],
            told.GetProperty("steps").EnumerateArray().Select(step => (
                step.GetProperty("what").GetString()!, step.GetProperty("by").GetString()!)));
        Assert.DoesNotContain(LinkWorld.Customer, told.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_address_a_manager_names_one_and_a_bad_one_is_refused()
    {
        var sale = await _world.Declined(email: null);

        using var nobody = await Command(sale, "link", "");
        using var two = await Command(sale, "link", """{"email":"a@example.com, b@example.com"}""");
        using var sent = await Command(sale, "link", """{"email":"a@example.com"}""");

        Assert.Equal(
            (HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.OK),
            (nobody.StatusCode, two.StatusCode, sent.StatusCode));
        await _world.Link(sale);
    }

    [Theory]
    [InlineData("support")]
    [InlineData("nobody")]
    public async Task Others_than_managers_and_finance_send_and_withdraw_nothing(string role)
    {
        var sale = await _world.Declined();
        using var sent = await Command(sale, "link", "{}", role);
        using var withdrawn = await Command(sale, "link/withdraw", "{}", role);
        Assert.Equal(
            (HttpStatusCode.Forbidden, HttpStatusCode.Forbidden),
            (sent.StatusCode, withdrawn.StatusCode));
    }

    [Fact]
    public async Task An_expired_link_and_one_of_a_case_that_was_written_off_say_so_and_charge_nothing()
    {
        var (expired, given) = (await _world.Declined(), await _world.Declined());
        var (old, closed) = (await _world.Link(expired), await _world.Link(given));
        using (var written = await Command(given, "write-off", """{"reason":"moved away"}"""))
            Assert.Equal(HttpStatusCode.OK, written.StatusCode);
        _world.Office.Time.Shift += TimeSpan.FromDays(15);

        Assert.Equal(("Expired", "Closed"), (await _world.Shown(old), await _world.Shown(closed)));
        using var first = await _world.Pay(old);
        using var second = await _world.Pay(closed);

        Assert.Equal(0, _world.TypedCount);
        Assert.Null((await _world.Find(given))!.Link!.Email);
    }

    [Theory]
    [InlineData("5555555555554445", "12/30", "no valid card number")]
    [InlineData("4242", "12/30", "no valid card number")]
    [InlineData("5555 5555 5555 4444x", "12/30", "no valid card number")]
    [InlineData("5555555555554444", "13/30", "month and year")]
    [InlineData("5555555555554444", "soon", "month and year")]
    [InlineData("5555555555554444", "01/20", "no longer valid")]
    public async Task What_is_typed_wrong_is_said_and_never_shown_again(
        string number, string expiry, string words)
    {
        var link = await _world.Link(await _world.Declined());

        using var posted = await _world.Pay(link, number, expiry: expiry);
        var page = await posted.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.UnprocessableEntity, posted.StatusCode);
        Assert.Contains(words, page, StringComparison.Ordinal);
        Assert.DoesNotContain(number, page, StringComparison.Ordinal);
        Assert.Equal(0, _world.TypedCount);
    }

    [Fact]
    public async Task A_card_whose_issuer_said_never_again_is_not_asked_for_a_second_time()
    {
        var sale = await _world.Declined();
        var link = await _world.Link(sale);
        _world.TypedCode = "43";
        using (await _world.Pay(link))
            await TestBackOffice.Eventually(
                async () => (await _world.Find(sale))!.Tries is [var first]
                    && (await _world.Payment(first.Payment)).History.Any(e => e.Why == "on the deny list"),
                "the card on the deny list");
        _world.TypedCode = "00";

        using var again = await _world.Pay(link, attempt: 2);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, again.StatusCode);
        Assert.Contains(
            "This card is not accepted here", await again.Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
        Assert.Equal(1, _world.TypedCount);
        using var other = await _world.Pay(link, TestCards.Visa, attempt: 2);
        await _world.Shows(link, PayShow.Paid);
        Assert.Equal(sale.Amount.Minor, _world.Acquirer.Ledger.ChargedMinor);
    }

    [Fact]
    public async Task Digests_of_links_are_deleted_a_while_after_they_can_say_nothing_new()
    {
        var (paid, open) = (await _world.Declined(), await _world.Declined());
        var (first, second) = (await _world.Link(paid), await _world.Link(open));
        using var posted = await _world.Pay(first);
        await _world.Shows(first, PayShow.Paid);
        await TestBackOffice.Eventually(
            async () => (await _world.Find(paid))!.Link is { ReceiptOwed: false }, "a receipt by mail");

        _world.Office.Time.Shift += TimeSpan.FromDays(14) + PurgeLinks.KeptAfter - TimeSpan.FromHours(1);
        Assert.Equal(0, await Purge());
        Assert.Equal(("Paid", "Expired"), (await _world.Shown(first), await _world.Shown(second)));
        _world.Office.Time.Shift += TimeSpan.FromHours(2);

        Assert.Equal(2, await Purge());
        Assert.Equal(("Unknown", "Unknown"), (await _world.Shown(first), await _world.Shown(second)));
        Assert.Equal(CaseState.Recovered, (await _world.Find(paid))!.State);

        Task<int> Purge() =>
            _world.Office.Services.GetRequiredService<PurgeLinks>().Of(_world.Terminal.Terminal, default);
    }

    [Fact]
    public async Task Whoever_guesses_addresses_or_cards_is_stopped()
    {
        var link = await _world.Link(await _world.Declined());
        for (var card = 0; card < PayLimits.CardsPerTokenMax; card++)
            using (var wrong = await _world.Pay(link, "5555555555554445"))
                Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        using var tooMany = await _world.Pay(link);
        for (var miss = 0; miss < PayLimits.MissesPerAddressMax; miss++)
            Assert.Equal("Unknown", await _world.Shown(link[..^1] + (link[^1] == 'A' ? 'B' : 'A')));
        var barred = await _world.Look(link);
        _world.Office.Time.Shift += TimeSpan.FromMinutes(10);

        Assert.Equal(HttpStatusCode.TooManyRequests, tooMany.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, barred.Status);
        Assert.Equal("Form", await _world.Shown(link));
        Assert.Equal(0, _world.TypedCount);
    }

    [Fact]
    public async Task The_card_number_and_the_secret_of_the_link_are_in_no_file_of_the_back_office()
    {
        var sale = await _world.Declined();
        var link = await _world.Link(sale);
        using var posted = await _world.Pay(link);
        await _world.Shows(link, PayShow.Paid);
        await TestBackOffice.Eventually(
            () => Task.FromResult(_world.Mails("Paid").Count == 1), "the receipt by mail");
        await _world.Office.Stop();

        var secret = link["/api/pay/T0000001-".Length..];
        foreach (var path in Directory.GetFiles(_world.Office.Folder, "*", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllBytesAsync(path);
            Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(TestCards.Mastercard)));
            if (!path.EndsWith(".eml", StringComparison.Ordinal))
                Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(secret[..20])));
        }
    }

    [Fact]
    public async Task While_the_customer_pays_the_plan_waits_and_after_a_decline_it_goes_on()
    {
        _world.TakenCode = "51";
        var sale = await _world.Declined();
        var link = await _world.Link(sale);
        var planned = (await _world.Find(sale))!.NextAt;
        _world.TypedCode = "51";
        using (var posted = await _world.Pay(link))
            await TestBackOffice.Eventually(
                async () => (await _world.Find(sale))!.State == CaseState.Planned, "the plan again");
        Assert.Equal(planned, (await _world.Find(sale))!.NextAt);

        _world.TypedCode = "00";
        using var paid = await _world.Pay(link, attempt: 2);
        await _world.Shows(link, PayShow.Paid);
        _world.Office.Time.Shift += TimeSpan.FromDays(2);
        await _world.Office.Services.GetRequiredService<RecoverPayment>().Run(
            new Doorbell(RecoverySteps.Queue, $"T0000001.{sale.Payment}"), default);

        var known = (await _world.Find(sale))!;
        Assert.Equal((CaseState.Recovered, null, 2), (known.State, known.NextAt, known.Tries.Count));
        Assert.Equal(sale.Amount.Minor, _world.Acquirer.Ledger.ChargedMinor);
    }

    [Fact]
    public async Task What_a_link_brought_in_is_in_the_batch_the_ledger_and_the_report_once()
    {
        var (_, _, date) = await PaidAndBatched();

        using var ledger = await _world.Office.Get(
            $"/api/backoffice/ledger/{TestBackOffice.Merchant}/EUR?from={date}&to={date}", "finance");
        var lines = await ledger.Content.ReadAsStringAsync();
        var view = await _world.Office.Expect(_world.Office.Get(
            $"/api/backoffice/four-way/{TestBackOffice.Merchant}/EUR?from={date}&to={date}", "finance"));

        Assert.DoesNotContain("LOST", lines, StringComparison.Ordinal);
        Assert.True(view.GetProperty("holds").GetBoolean(), $"{view}");
        await TestBackOffice.Eventually(async () =>
        {
            using var report = await _world.Office.Get(
                $"/api/backoffice/reports/{TestBackOffice.Merchant}/{date}/EUR?format=csv", "finance");
            return (await report.Content.ReadAsStringAsync()).Contains(
                "Recovered by link", StringComparison.Ordinal);
        }, "a report that tells of it");
    }

    [Fact]
    public async Task A_void_after_the_batch_gives_the_link_payment_back_and_books_no_loss()
    {
        var (sale, paid, date) = await PaidAndBatched();

        _world.Terminal.Append(new SaleVoided(
            sale.Sale, "T0000001-1-1", "Ann", "mistake", sale.Amount, [], [sale.Payment]));
        await _world.Terminal.Uploaded(3);
        var back = PaymentRecorder.RefundOf(paid);
        await TestBackOffice.Eventually(
            async () => await _world.Office.Services.GetRequiredService<PaymentStore>().Find(
                "T0000001", back, default) is { State: PaymentState.Approved },
            "the money back on the customer's card");

        using var ledger = await _world.Office.Get(
            $"/api/backoffice/ledger/{TestBackOffice.Merchant}/EUR?from={date}&to={date}", "finance");
        var view = await _world.Office.Expect(_world.Office.Get(
            $"/api/backoffice/four-way/{TestBackOffice.Merchant}/EUR?from={date}&to={date}", "finance"));
        Assert.DoesNotContain("LOST", await ledger.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True(view.GetProperty("holds").GetBoolean(), $"{view}");
        Assert.Equal(CaseState.Recovered, (await _world.Find(sale))!.State);
    }

    [Theory]
    [InlineData("de-DE,de;q=0.9,en;q=0.8", "12,34 EUR bezahlen", "lang=\"de\"")]
    [InlineData("es", "Pagar 12,34 EUR", "lang=\"es\"")]
    [InlineData("fr-FR", "Pay 12.34 EUR", "lang=\"en\"")]
    public async Task The_page_speaks_the_language_that_the_browser_asks_for(
        string accepted, string title, string language)
    {
        var link = await _world.Link(await _world.Declined());
        _world.Browser.DefaultRequestHeaders.Add("Accept-Language", accepted);
        var (_, page) = await _world.Look(link);
        Assert.Contains(title, page, StringComparison.Ordinal);
        Assert.Contains(language, page, StringComparison.Ordinal);
    }

    /// <summary>Declined, paid by the link, and in a batch of the day that was closed since.</summary>
    private async Task<(Payments.TestSale Sale, Id Paid, string Date)> PaidAndBatched()
    {
        var sale = await _world.Declined();
        var link = await _world.Link(sale);
        using var posted = await _world.Pay(link);
        await _world.Shows(link, PayShow.Paid);
        var date = $"{DateOnly.FromDateTime(_world.Terminal.Now.UtcDateTime):yyyy-MM-dd}";
        _world.Office.Time.Shift += TimeSpan.FromDays(1);
        await _world.Office.Expect(_world.Office.Post(
            $"/api/backoffice/days/berlin-1/{date}/close", """{"force":true}"""));
        var paid = (await _world.Find(sale))!.Tries[0].Payment;
        await TestBackOffice.Eventually(
            async () => (await _world.Payment(paid)).Batch is not null, "the payment in a batch");
        return (sale, paid, date);
    }

    private Task<HttpResponseMessage> Command(
        Payments.TestSale sale, string what, string json, string role = "manager") => _world.Office.Post(
        $"/api/backoffice/cases/T0000001/{sale.Payment}/{what}", json, role);
}
