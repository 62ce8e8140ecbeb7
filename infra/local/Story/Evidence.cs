using System.Text.Json.Nodes;

namespace CloudPos.Local.Story;

/// <summary>
/// What each party says for itself once the story is over, gathered before anything is compared: the tills'
/// own documents, the back office's, the acquirer's log, and the mail folder.
/// </summary>
internal sealed record Evidence(
    IReadOnlyList<TillEvidence> Tills,
    IReadOnlyList<JsonNode> Payments,
    IReadOnlyDictionary<string, long> Stock,
    IReadOnlyList<JsonNode> SetAside,
    IReadOnlyList<AcquirerLine> Acquirer,
    IReadOnlyList<string> Mails,
    IReadOnlyList<JsonNode> Reports)
{
    /// <summary>What is done about payments that were declined afterwards.</summary>
    public IReadOnlyList<JsonNode> Cases { get; init; } = [];

    /// <summary>The payments that customers made by link and that were approved.</summary>
    public IReadOnlySet<string> PaidByLink =>
        Cases.Where(known => (string)known["state"]! == "Recovered")
            .SelectMany(known => known["tries"]!.AsArray())
            .Where(tried => tried!["lastFour"] is not null && (string?)tried["responseCode"] == "00")
            .Select(tried => (string)tried!["payment"]!).ToHashSet();

    public static async Task<Evidence> Gather(World world)
    {
        var payments = await world.Desk.List("payments");
        var tills = new List<TillEvidence>();
        foreach (var till in world.Tills)
            tills.Add(await TillEvidence.Gather(till));
        var dates = payments.Select(payment => (string?)payment["businessDate"])
            .OfType<string>().Distinct().Order();
        var reports = new List<JsonNode>();
        foreach (var date in dates)
            reports.Add(await world.Desk.Get(
                $"reports/{DemoShop.Merchant}/{date}/{DemoShop.Currency}?format=json"));
        var mails = Directory.Exists(world.Mails)
            ? Directory.EnumerateFiles(world.Mails, "*.eml").Order().Select(File.ReadAllText).ToList()
            : [];
        return new Evidence(
            tills, payments, StockOf(await world.Desk.List($"stock/{DemoShop.Store}")),
            await world.Desk.List("set-aside"), await world.Acquirer.Log(), mails, reports)
        {
            Cases = await world.Desk.List("cases"),
        };
    }

    /// <summary>The amount of those payments of the back office whose state is one of these.</summary>
    public long SumMinor(params string[] states) => Payments
        .Where(payment => states.Contains((string)payment["state"]!))
        .Sum(payment => (long)payment["amount"]!["minor"]!);

    internal static IReadOnlyDictionary<string, long> StockOf(IEnumerable<JsonNode?> rows) =>
        rows.ToDictionary(row => (string)row!["sku"]!, row => (long)row!["quantity"]!);
}

/// <summary>What one till says for itself.</summary>
/// <param name="Receipts">Receipt numbers in its journal, in order.</param>
internal sealed record TillEvidence(
    Till Till,
    JsonNode Status,
    int VerifyExit,
    IReadOnlyList<string> Receipts,
    IReadOnlyDictionary<string, long> Stock)
{
    public static async Task<TillEvidence> Gather(Till till)
    {
        var status = await till.Status();
        var verify = await till.Verb("journal", "verify");
        var receipts = (await Entries(till)).Where(entry => (string)entry["kind"]! == "SaleCompleted")
            .Select(entry => (string)entry["body"]!["receiptNumber"]!);
        return new TillEvidence(
            till, status, verify.ExitCode, [.. receipts], Evidence.StockOf(status["stock"]!.AsArray()));
    }

    private static async Task<IReadOnlyList<JsonNode>> Entries(Till till)
    {
        var all = new List<JsonNode>();
        for (long? from = 1; from is { } next;)
        {
            var page = (await till.Verb("journal", "list", "--from", $"{next}")).Document;
            all.AddRange(page["entries"]!.AsArray().Select(entry => entry!));
            from = (long?)page["next"];
        }
        return all;
    }
}
