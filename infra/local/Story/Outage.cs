using System.Text.Json.Nodes;
using CloudPos.Local.Line;
using CloudPos.Local.Printer;
using CloudPos.Local.Demo;
using CloudPos.Local.FunctionsHost;

namespace CloudPos.Local.Story;

/// <summary>
/// The story: two terminals of one shop sell online, lose their line, go on selling, lose power in the middle
/// of it, get the line back, and everything arrives. Told in six chapters, each of which only does what a
/// cashier or a bad day does; what is right about it is looked at afterwards, from outside.
/// </summary>
internal sealed class Outage(World world, Counter counter, Narrator say, TimeProvider time)
{
    /// <summary>Only something that hangs takes so long, on however busy a machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>
    /// What was in hand when the back office was killed is rung for again by the sweep, which runs once a
    /// minute under the Functions host and rings for what has been due for a minute.
    /// </summary>
    private TimeSpan PatienceWithOutcomes => world.Hosted is null ? Patience : TimeSpan.FromMinutes(6);

    private Till First => world.Tills[0];

    private Till Second => world.Tills[1];

    public async Task Play()
    {
        await OpenTheShop();
        await SellOnline();
        await SellThroughTheOutage();
        await LosePower();
        await GetTheLineBack();
        await PayByLink();
        await CloseTheDay();
    }

    private async Task OpenTheShop()
    {
        say.Chapter("Before opening: merchant, store, catalogue and rules; two terminals enrol.");
        await world.Desk.Put($"merchants/{DemoShop.Merchant}", DemoShop.MerchantBody());
        await world.Desk.Put($"stores/{DemoShop.Store}", DemoShop.StoreBody());
        foreach (var (person, body) in DemoShop.StaffBodies())
            await world.Desk.Put($"stores/{DemoShop.Store}/staff/{person}", body);
        await world.Desk.Put($"merchants/{DemoShop.Merchant}/catalogue", DemoShop.CatalogueBody());
        await world.Desk.Put(
            $"merchants/{DemoShop.Merchant}/policy",
            DemoShop.PolicyBody(1, DemoShop.StoryTimeoutMilliseconds));
        await world.Desk.Put($"stores/{DemoShop.Store}/stock", DemoShop.StockBody());
        counter.Book.Open(DemoCatalogue.Products);
        foreach (var till in world.Tills)
        {
            var issued = await world.Desk.Post($"stores/{DemoShop.Store}/terminals", new JsonObject());
            await till.Enrol((string)issued!["terminal"]!, (string)issued["code"]!);
            await till.Start();
            await Until(till.Name + " has the catalogue and the rules", async () => await HasFeed(till));
            say.Say($"{till.Name} is terminal {till.Terminal} and runs at {till.Address}.");
        }
        var papers = new PaperFolder(world.Papers);
        world.Printer.Cut = sheet => papers.Keep(sheet);
        await First.Verb("printer", "set", "--address", $"tcp://{world.Printer.Address}");
        say.Say($"{First.Name} has a receipt printer; pictures of its paper come to {world.Papers}.");
    }

    private async Task SellOnline()
    {
        say.Chapter("1. The line is up: sales are authorised at once.");
        await counter.Card(First, DemoCards.VisaChip, 10_00, 30_00, "ada@example.com");
        await counter.Cash(First, 5_00, 15_00);
        await counter.Card(Second, DemoCards.MastercardContactless, 60_00, 90_00);
        await counter.Cash(Second, 5_00, 20_00, "grace@example.com");
        var lost = await counter.Refused(Second, DemoCards.DenyListed, 10_00, 20_00);
        say.Say($"Exit {lost.ExitCode}: the issuer wants it back; no terminal takes it from now on.");
        foreach (var till in world.Tills)
            await till.Verb("forward");
    }

    private async Task SellThroughTheOutage()
    {
        say.Chapter("2. The line goes down. The shop goes on.");
        foreach (var till in world.Tills)
            till.Line.State = LineState.Down;
        world.Printer.Mood = PrinterMood.PaperOut;
        await counter.Card(First, DemoCards.VisaChip, 30_00, 45_00, "ada@example.com");
        say.Say("Its printer is out of paper; the sale stands, and the receipt comes with the next roll.");
        world.Printer.Mood = PrinterMood.Fine;
        await counter.Card(First, DemoCards.MastercardContactless, 30_00, 45_00);
        await counter.Refused(First, DemoCards.VisaChip2, DemoShop.FloorLimitMinor, 90_00);
        await counter.Refused(First, DemoCards.Expired, 10_00, 20_00);
        await counter.Refused(First, DemoCards.DenyListed, 10_00, 20_00);
        await counter.Refused(First, DemoCards.WrongScheme, 10_00, 20_00);
        await counter.Refused(First, DemoCards.SwipedChipCard, 10_00, 20_00);
        await counter.Card(First, DemoCards.Declined51, 30_00, 45_00, "alan@example.com");
        await counter.Refused(First, DemoCards.VisaChip2, 45_01, 49_99);
        await counter.Cash(First, 5_00, 40_00);

        await counter.Card(Second, DemoCards.Declined05, 20_00, 40_00);
        await counter.Card(Second, DemoCards.SilentUntilRepeat, 20_00, 40_00, "edsger@example.com");
        if (await counter.Card(Second, DemoCards.VisaChip2, 20_00, 40_00) is { } mistake)
            await counter.Void(mistake);
        await counter.Receive(Second, DemoCatalogue.Products[3].Sku, 24);
        await counter.Cash(Second, 5_00, 40_00);
    }

    private async Task LosePower()
    {
        say.Chapter("3. One terminal is killed while it sells, one between a request and its answer.");
        await KillWhileSelling();
        await KillBeforeTheAnswer();
    }

    /// <summary>
    /// The kill comes at some moment of a sale. If a receipt was printed, the sale must be there; if the verb
    /// did not come to its end, the cashier looks it up after the start, as one does, and finds it whole or
    /// not at all.
    /// </summary>
    private async Task KillWhileSelling()
    {
        await counter.Card(First, DemoCards.VisaChip3, 5_00, 10_00);
        var line = counter.Line(5_00, 12_00);
        var selling = First.Verb(Counter.SaleVerb(line, null, null));
        await Task.Delay(TimeSpan.FromMilliseconds(350), time);
        await First.Kill();
        var end = await selling;
        await First.Start();
        if (end.IsDone)
            counter.Book.Sold(First, end.Document, [line], null);
        else if (await LastReceipt(First) is { } found
            && counter.Book.Sales.All(sale => sale.Receipt != found))
            counter.Book.Found(First, found, line);
        say.Say($"{First.Name} was killed during a sale and started again; the sale is "
            + (end.IsDone ? "there, its receipt was printed." : "there whole, or was never made."));
    }

    private async Task KillBeforeTheAnswer()
    {
        Second.Line.State = LineState.Up;
        await Until($"{Second.Name} has noticed its line", async () =>
            (string?)(await Second.Status())["line"]!["state"] == "up");
        var before = (await world.Acquirer.Log()).Count(Late);
        // The answer gets no further than the line, so that it cannot come before the kill on any machine.
        var cut = Second.Line.CutAfterRequestAsync("/authorise ", LineState.BlackHole);
        var selling = Second.Verb(Counter.SaleVerb(counter.Line(60_00, 90_00), DemoCards.AnsweredLate, null));
        await Until("the acquirer was asked", async () => (await world.Acquirer.Log()).Count(Late) > before);
        await Second.Kill();
        Second.Line.State = LineState.Down;
        await selling;
        await Second.Start();
        var open = (await Second.Status())["openAttempts"]!.AsArray();
        say.Say($"{Second.Name} was killed before the acquirer answered: {open.Count} payment is unknown.");
        foreach (var attempt in open)
            await Second.Verb(
                "attempts", "abandon", "--payment", (string)attempt!["payment"]!,
                "--reason", "customer paid in cash");
        await counter.Cash(Second, 60_00, 90_00);

        bool Late(AcquirerLine asked) => asked.Terminal == Second.Terminal && asked.AmountMinor >= 60_00;
    }

    private async Task GetTheLineBack()
    {
        say.Chapter("4. The line returns; both go on selling while their journals drain.");
        var kills = ArmKills();
        foreach (var till in world.Tills)
            till.Line.State = LineState.Up;
        await counter.Cash(First, 5_00, 20_00);
        await counter.Card(Second, DemoCards.VisaChip, 10_00, 30_00);
        await counter.Card(First, DemoCards.MastercardContactless, 10_00, 30_00, "barbara@example.com");
        await counter.Cash(Second, 5_00, 20_00);
        await Until("both journals are acknowledged", async () =>
            Unsent(await First.Status()) == 0 && Unsent(await Second.Status()) == 0);
        say.Say("Everything both terminals recorded is acknowledged.");
        await Until("every deferred payment has its outcome", async () =>
            (await world.Desk.List("payments")).All(payment => IsDecided((string)payment["state"]!)),
            PatienceWithOutcomes);
        say.Say("Every deferred payment has its outcome.");
        if (kills is not null)
        {
            await Until("the back office was killed twice", () => Task.FromResult(kills.IsCompleted),
                PatienceWithOutcomes);
            say.Say("The back office was killed twice on the way, in the middle of a payment and after one.");
        }
    }

    private async Task PayByLink()
    {
        say.Chapter("5. A customer whose card was declined pays by the link from the mail.");
        using var customer = new PayingCustomer(world.Mails);
        await Until("the mail with the link", () => Task.FromResult(customer.Link() is not null),
            PatienceWithOutcomes);
        if (customer.Link() is not { } link)
            return;
        await Until("the page opens", () => customer.IsShown(link, "Form"));
        await customer.Pay(link);
        await Until("the page says that it is paid", () => customer.IsShown(link, "Paid"),
            PatienceWithOutcomes);
        say.Say("Paid with another card, by two taps once; the page says so, and a receipt comes by mail.");
    }

    private async Task CloseTheDay()
    {
        say.Chapter("6. Outcomes show, the day is closed, finance reads its report.");
        // A ring that the queue refused is made good by the sweep, a minute or two later; only then are the
        // payments of that journal known at all.
        await Until("outcomes and stock are on the terminals", async () =>
            await IsCaughtUp(First) && await IsCaughtUp(Second), PatienceWithOutcomes);
        var dates = (await world.Desk.List("payments")).Select(payment => (string?)payment["businessDate"])
            .OfType<string>().Distinct().Order();
        foreach (var date in dates)
        {
            await world.Desk.Post(
                $"days/{DemoShop.Store}/{date}/close", new JsonObject { ["force"] = false });
            say.Say($"{date} is closed.");
        }
        await Until("the batches agree with the acquirer", async () =>
            (await world.Desk.List("payments"))
                .All(payment => (string)payment["state"]! is not ("Approved" or "Batched")));
        foreach (var till in world.Tills)
            await till.Verb("report", "z");
        await Until("all mails are out", async () =>
            (await world.Desk.List("receipts")).All(mail => (string)mail["state"]! is "Sent" or "sent")
            && (await world.Desk.List("cases")).All(known => (bool?)known["link"]?["receiptOwed"] != true));
    }

    /// <summary>
    /// Under the Functions host the back office goes away without a word: while it authorises, and again when
    /// it has and the message is not completed yet. Its queue refuses a ring in between.
    /// </summary>
    private Task? ArmKills()
    {
        if (world.Hosted is not { } hosted)
            return null;
        hosted.Cloud.Bus.RefuseNext(429, retryAfterSeconds: 1);
        return Kill();

        async Task Kill()
        {
            await hosted.Host.KillAt("authorise-payment", KillPoint.DuringCall);
            await hosted.Host.KillAt("authorise-payment", KillPoint.BeforeSettlement);
        }
    }

    private async Task Until(string what, Func<Task<bool>> isTrue, TimeSpan? patience = null)
    {
        if (!await Wait.Until(isTrue, patience ?? Patience, time))
            say.Say($"Waited in vain until {what}; the checks below say what is missing.");
    }

    private static async Task<bool> HasFeed(Till till)
    {
        var status = await till.Status();
        return status["stock"]!.AsArray().Count == DemoCatalogue.Products.Count
            && (long)status["policyVersion"]! > 0;
    }

    /// <summary>What became of its payments, and what the other till sold.</summary>
    private async Task<bool> IsCaughtUp(Till till)
    {
        var status = await till.Status();
        var stock = Evidence.StockOf(status["stock"]!.AsArray());
        return status["exposure"]!.AsArray().All(exposure => (int)exposure!["count"]! == 0)
            && status["payments"]!.AsArray().All(payment => IsDecided((string)payment!["state"]!))
            && counter.Book.Stock.All(
                known => stock.GetValueOrDefault(known.Key, long.MinValue) == known.Value);
    }

    private static long Unsent(JsonNode status) => (long)status["journal"]!["unsent"]!;

    private static bool IsDecided(string state) =>
        state is not ("Attempted" or "Pending" or "Asked" or "Reversing");

    private static async Task<string?> LastReceipt(Till till)
    {
        var end = await till.Verb("receipt");
        return end.IsDone ? (string?)end.Json?["receiptNumber"] : null;
    }
}
