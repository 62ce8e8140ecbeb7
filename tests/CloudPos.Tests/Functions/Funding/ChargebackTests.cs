using System.IO.Compression;
using System.Text;
using System.Text.Json;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Payments;
using CloudPos.Tests.Functions.Settlement;

namespace CloudPos.Tests.Functions.Funding;

public sealed class ChargebackTests : IAsyncLifetime
{
    private MoneyWorld _world = null!;
    private PaymentRow _paid = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await MoneyWorld.Create();
        _paid = await _world.CardSale("T1000001", 5_000, PaymentState.Approved);
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_case_told_again_is_the_same_case_and_told_otherwise_is_refused()
    {
        Assert.Equal(200, (await Post("C-1", 2_000)).Status);
        Assert.Equal(200, (await Post("C-1", 2_000)).Status);
        var other = await Post("C-1", 2_001);
        Assert.Equal(409, other.Status);
        Assert.Contains("amountMinor", Text(other), StringComparison.Ordinal);
        Assert.Single(await _world.Get<Chargebacks>().All(MoneyWorld.Merchant, MoneyWorld.Eur, default));
    }

    [Fact]
    public async Task No_more_is_charged_back_than_was_paid()
    {
        Assert.Equal(200, (await Post("C-1", 3_000)).Status);
        Assert.Equal(409, (await Post("C-2", 2_001)).Status);
        Assert.Equal(200, (await Post("C-3", 2_000)).Status);
        Assert.Equal(400, (await Post("C-4", 5_001)).Status);
    }

    [Fact]
    public async Task The_evidence_holds_receipt_entry_decision_and_acknowledgement_and_no_card_number()
    {
        await Post("C-1", 2_000);

        var pack = await _world.Get<EvidencePack>().Get(
            Call(new() { ["case"] = "C-1" }, []), default);

        Assert.Equal(200, pack.Status);
        using var zip = new ZipArchive(new MemoryStream(pack.Body.ToArray()));
        Assert.Equal(
            ["acknowledgement.jws", "entry.bin", "evidence.html", "evidence.json", "receipt.html"],
            zip.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal));
        using var json = JsonDocument.Parse(zip.GetEntry("evidence.json")!.Open());
        Assert.Equal("4242", json.RootElement.GetProperty("lastFour").GetString());
        Assert.NotEmpty(json.RootElement.GetProperty("entryHash").GetString()!);
        Assert.NotEmpty(json.RootElement.GetProperty("acknowledgement").GetString()!);
        using var page = new StreamReader(zip.GetEntry("evidence.html")!.Open());
        Assert.Contains(
            "Evidence for case C-1", await page.ReadToEndAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    private Task<Answer> Post(string name, long minor) => _world.Get<Chargebacks>().Post(
        Call([], JsonSerializer.SerializeToUtf8Bytes(
            new ChargebackBody(
                name, _paid.Terminal, minor, MoneyWorld.Date.AddDays(30), "10.4 fraud",
                _paid.Payment.ToString()),
            LedgerJson.Default.ChargebackBody)), default);

    private static Call Call(Dictionary<string, string> route, byte[] body) => new(
        new Dictionary<string, string>(route) { ["merchant"] = MoneyWorld.Merchant, ["currency"] = "EUR" },
        new Dictionary<string, string>(), body)
    {
        Person = new Person("Fay", [Role.Finance]),
    };

    private static string Text(Answer answer) => Encoding.UTF8.GetString(answer.Body.Span);
}
