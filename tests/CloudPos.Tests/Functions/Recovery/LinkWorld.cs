using System.Net;
using System.Text.RegularExpressions;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Recovery;
using CloudPos.Functions.Tables;
using CloudPos.Iso8583;
using CloudPos.Journal;
using CloudPos.Tests.Functions.Acquiring;
using CloudPos.Tests.Functions.Payments;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;

namespace CloudPos.Tests.Functions.Recovery;

/// <summary>
/// The program over HTTP with a scripted acquirer that declines what terminals took, and says of typed cards
/// what the test wants; mails go to a folder. A customer here follows no redirect unseen.
/// </summary>
internal sealed partial class LinkWorld : IAsyncDisposable
{
    public const string Customer = "ada@example.com";

    private static readonly int[] TotalFields = [74, 75, 76, 77, 86, 87, 88, 89, 97];

    private LinkWorld()
    {
        // Totals are compared by others; here the acquirer agrees to what it is asked.
        Acquirer.Script = (message, from) => message.Mti.StartsWith("05", StringComparison.Ordinal)
            ? from.Answer(message, "00", [(66, "1"), .. TotalFields.Select(f => (f, message.Get(f)!))])
            : Acquirer.Ledger.Answer(message, from);
        Acquirer.Ledger.Decide = message =>
            message.Get(3) == ProcessingCode.Refund ? "00" : IsTyped(message) ? TypedCode : TakenCode;
    }

    public ScriptedAcquirer Acquirer { get; } = new();

    public TestBackOffice Office { get; private set; } = null!;

    public TestTerminal Terminal { get; private set; } = null!;

    public HttpClient Browser { get; private set; } = null!;

    /// <summary>What the acquirer says of a card typed into the page.</summary>
    public string TypedCode { get; set; } = "00";

    /// <summary>And of cards that terminals took: 57 is for good, 51 for now.</summary>
    public string TakenCode { get; set; } = "57";

    public static async Task<LinkWorld> Start()
    {
        var world = new LinkWorld();
        world.Office = await TestBackOffice.WithStore(
            services => PaymentsHttpTests.Connect(services, world.Acquirer));
        world.Terminal = await world.Office.Enrol();
        world.Browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false })
        {
            BaseAddress = world.Office.Http.BaseAddress,
        };
        await PaymentWorld.Until(
            () => world.Office.Services.GetRequiredService<AcquirerLink>().IsReady);
        return world;
    }

    public static bool IsTyped(Iso8583Message message) =>
        message.Get(22)?.StartsWith("81", StringComparison.Ordinal) == true;

    /// <summary>A sale whose card is declined afterwards; its case is open when this returns.</summary>
    public async Task<TestSale> Declined(string? email = Customer, SaleCustomer? customer = null)
    {
        var sale = PaymentsHttpTests.Sale(Terminal);
        var contact = email is null ? null : Sales.Contact(email);
        var first = Terminal.Entries.Count + 1;
        Terminal.Append(sale.Attempted, sale.Card);
        var tender = new Tender(TenderKind.Card, sale.Amount, sale.Amount, sale.Paid(Approval.Deferred));
        var number = (first + 1) / 2;
        Terminal.Append(
            sale.Completed with
            {
                ReceiptNumber = $"T0000001-1-{number}", Receipt = number, Tenders = [tender],
                Taxes = [TaxLine.Included(sale.Amount, 1900)], ContactDigest = contact?.Digest,
                Customer = customer,
            },
            contact is null ? [] : [contact]);
        await Terminal.Uploaded(first);
        await TestBackOffice.Eventually(
            async () => await Find(sale) is not null, "a case");
        return sale;
    }

    public async Task<RecoveryCase?> Find(TestSale sale) =>
        await Office.Services.GetRequiredService<TablePort>().Get(
            TableNames.Terminal, Terminal.Terminal, RecoveryCase.KeyOf(sale.Payment)) is { } row
            ? RecoveryCase.From(row)
            : null;

    public async Task<PaymentRow> Payment(Id payment) =>
        (await Office.Services.GetRequiredService<PaymentStore>().Find(
            Terminal.Terminal, payment, default))!;

    public IReadOnlyList<MimeMessage> Mails(string subject)
    {
        var folder = Path.Combine(Office.Folder, "data", "mail");
        return !Directory.Exists(folder) ? [] :
        [
            .. Directory.GetFiles(folder, "*.eml").Select(path => MimeMessage.Load(path)).Where(mail =>
                mail.Subject!.StartsWith(subject, StringComparison.Ordinal)).OrderBy(mail => mail.Date),
        ];
    }

    /// <summary>The path of the link in the mail of this sending.</summary>
    public async Task<string> Link(TestSale sale, int sending = 1)
    {
        var prefix = $"link.t0000001.{sale.Payment}.{sending}.";
        MimeMessage? mail = null;
        await TestBackOffice.Eventually(
            () => Task.FromResult((mail = Mails("Please pay").FirstOrDefault(one =>
                one.MessageId!.StartsWith(prefix, StringComparison.Ordinal))) is not null),
            "a mail with a link");
        await TestBackOffice.Eventually(
            async () => (await Find(sale))!.Link!.State == LinkState.Sent, "the link as sent");
        return PayAddress().Match(mail!.TextBody!).Groups["path"].Value;
    }

    public async Task<(HttpStatusCode Status, string Html)> Look(string link)
    {
        using var answer = await Browser.GetAsync(link);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task<string> Shown(string link) => ShowOf((await Look(link)).Html);

    public Task Shows(string link, PayShow show) => TestBackOffice.Eventually(
        async () => await Shown(link) == $"{show}", $"a page that shows {show}");

    public async Task<HttpResponseMessage> Pay(
        string link, string number = TestCards.Mastercard, int attempt = 1, string expiry = "12/30") =>
        await Browser.PostAsync(link, new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["try"] = $"{attempt}", ["number"] = number, ["expiry"] = expiry,
        }));

    /// <summary>Requests for typed cards, repeats not counted.</summary>
    public int TypedCount => Acquirer.Received.Count(message => message.Mti == "0200" && IsTyped(message));

    public static string ShowOf(string html) => ShowIn().Match(html).Groups["show"].Value;

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        await Office.DisposeAsync();
        await Acquirer.DisposeAsync();
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+(?<path>/api/pay/\S+)")]
    private static partial Regex PayAddress();

    [GeneratedRegex("<body data-show=\"(?<show>[A-Za-z]+)\"")]
    private static partial Regex ShowIn();
}
