using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;
using CloudPos.Local.Children;
using CloudPos.Local.Demo;
using CloudPos.Local.Story;

namespace CloudPos.Local;

/// <summary>
/// `smoke`: asks a deployed back office what only Azure can prove, by what can be seen from outside: that the
/// program started from the package, that the host it is called under is the one that terminals sign, that
/// its identity reaches tables, queues and keys, and that a message sent over HTTPS is read by its trigger.
/// Everything that it makes belongs to one merchant of its own.
/// </summary>
internal static class SmokeCommand
{
    private const string TokenVariable = "CLOUDPOS_TOKEN";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    public static Command Build()
    {
        var url = new Option<string>("--url")
        {
            Description = "The deployed app: https://NAME.azurewebsites.net", Required = true,
        };
        url.Validators.Add(result =>
        {
            if (!Uri.TryCreate(result.GetValueOrDefault<string>(), UriKind.Absolute, out var given)
                || given.Scheme is not ("https" or "http"))
                result.AddError("--url is https://HOST.");
        });
        var data = new Option<DirectoryInfo>("--data")
        {
            Description = "A new folder for the terminal's state and for what was printed.", Required = true,
        };
        var command = new Command(
            "smoke",
            $"Checks a deployment from outside. A person's bearer token with the roles admin and finance is "
            + $"in {TokenVariable}. Ends with 0 only when every check held.")
        {
            url, data,
        };
        command.SetAction((parsed, cancel) => Run(
            new Uri(parsed.GetRequiredValue(url)), parsed.GetRequiredValue(data).FullName,
            Environment.GetEnvironmentVariable(TokenVariable), Console.Out, TimeProvider.System, cancel));
        return command;
    }

    public static async Task<int> Run(
        Uri url, string data, string? token, TextWriter output, TimeProvider time, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(token))
        {
            await output.WriteLineAsync($"{TokenVariable} is not set: a person's bearer token.");
            return 2;
        }
        if (Directory.Exists(data) && Directory.EnumerateFileSystemEntries(data).Any())
        {
            await output.WriteLineAsync($"{data} is not empty: name a new folder with --data.");
            return 2;
        }
        Directory.CreateDirectory(data);
        var checks = new CheckList();
        var answered = await Answered(checks, url, data, token, output, time, cancel);
        checks.Print(output);
        return answered && checks.AllHeld ? 0 : 1;
    }

    /// <summary>
    /// Every check, in turn; false with a sentence when one could not be asked at all: nobody answers, or a
    /// person's request was refused. What was checked until then is printed all the same.
    /// </summary>
    private static async Task<bool> Answered(
        CheckList checks, Uri url, string data, string token, TextWriter output, TimeProvider time,
        CancellationToken cancel)
    {
        try
        {
            await Outside(checks, url, cancel);
            using var desk = new BackOfficeDesk(url.ToString(), token);
            await Inside(checks, url, data, desk, time);
            return true;
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException)
        {
            await output.WriteLineAsync($"{url} does not answer: {fault.Message}");
        }
        catch (InvalidOperationException refused)
        {
            await output.WriteLineAsync($"The checks ended early: {refused.Message}");
        }
        return false;
    }

    /// <summary>What needs nobody's token.</summary>
    private static async Task Outside(CheckList checks, Uri url, CancellationToken cancel)
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false })
        {
            BaseAddress = url, Timeout = TimeSpan.FromMinutes(2),
        };
        foreach (var path in new[] { "apply-journal", "sweep", "api/apply-journal", "api/sweep" })
        {
            using var trigger = await http.PostAsync(path, new StringContent("{}"), cancel);
            checks.Add($"POST /{path} from outside", (long)HttpStatusCode.NotFound, (long)trigger.StatusCode);
        }
        using var unsigned = await http.GetAsync("api/backoffice/status", cancel);
        // 400 would mean that the host's name is not among those allowed.
        checks.Add(
            "the status without a token, under the host that terminals dial",
            (long)HttpStatusCode.Unauthorized, (long)unsigned.StatusCode);
    }

    /// <summary>
    /// Tables, keys, queue and trigger: a terminal enrols (keys from the vault), sells, and its sale comes
    /// back as stock, which only the queue's trigger applies.
    /// </summary>
    private static async Task Inside(
        CheckList checks, Uri url, string data, BackOfficeDesk desk, TimeProvider time)
    {
        await desk.Put($"merchants/{DemoShop.Merchant}", DemoShop.MerchantBody());
        await desk.Put($"stores/{DemoShop.Store}", DemoShop.StoreBody());
        await desk.Put($"merchants/{DemoShop.Merchant}/catalogue", DemoShop.CatalogueBody());
        await desk.Put($"stores/{DemoShop.Store}/stock", DemoShop.StockBody());
        var issued = (await desk.Post($"stores/{DemoShop.Store}/terminals", new JsonObject()))!;
        var product = DemoCatalogue.Products[0];
        var address = url.ToString().TrimEnd('/');
        var enrolled = await Verb(data, "enrol", "--url", address, "--code", (string)issued["code"]!);
        checks.Add("enrolment, with the vault's keys", 0, enrolled.ExitCode);
        await Verb(data, "forward");
        var before = await Stock(desk, product.Sku);
        var sold = await Verb(data, Counter.SaleVerb((product.Sku, 1), null, null));
        checks.Add("a sale in cash", 0, sold.ExitCode);
        checks.Add("its way to the back office", 0, (await Verb(data, "forward")).ExitCode);
        await Wait.Until(async () => await Stock(desk, product.Sku) == before - 1, Patience, time);
        checks.Add("stock after the sale: a message went out and its trigger ran", before - 1,
            await Stock(desk, product.Sku));
        checks.None(
            "entries set aside", (await desk.List("set-aside"))
                .Where(line => (string?)line["terminal"] == (string?)issued["terminal"])
                .Select(line => line.ToJsonString()));
    }

    private static async Task<long> Stock(BackOfficeDesk desk, string sku) =>
        (await desk.List($"stock/{DemoShop.Store}"))
            .Where(row => (string)row["sku"]! == sku).Select(row => (long)row["quantity"]!).SingleOrDefault();

    private static Task<ChildResult> Verb(string data, params string[] arguments) => ChildRun.ToEndAsync(
        new ChildStart(
            $"terminal {arguments[0]}", Programs.Terminal,
            [.. arguments, "--data", Path.Combine(data, "terminal"), "--json"],
            Path.Combine(data, "terminal.log")),
        TimeSpan.FromMinutes(2));
}
