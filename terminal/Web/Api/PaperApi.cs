using CloudPos.Journal;
using CloudPos.Languages;
using CloudPos.Terminal.Cli;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Printing;

namespace CloudPos.Terminal.Web.Api;

/// <param name="Locale">Chosen here; empty: as the store has it.</param>
internal sealed record PaperDocument(
    string? Address, int PaperMillimetres, bool Drawer, string Locale, IReadOnlyList<string> Locales,
    PrintResult? Last, int Waiting, bool Training, DateTimeOffset? DrillUntil, string StoreLocale);

/// <param name="Address">Empty for no printer.</param>
internal sealed record PrinterBody(string Address, int PaperMillimetres, bool Drawer);

/// <param name="Locale">Empty: as the store has it.</param>
internal sealed record LocaleBody(string Locale);

internal sealed record PrintedDocument(PrintResult? Result, int Waiting);

internal sealed record DrillBody(int Minutes);

/// <summary>Printer, language and drills, for the screens.</summary>
internal sealed class PaperApi(TerminalContext context)
{
    public void Map(ApiRoutes api)
    {
        var done = UiJson.Default.PaperDocument;
        api.Get("/api/paper", done, Need.Cashier, _ => Paper());
        api.Post("/api/paper/printer", UiJson.Default.PrinterBody, done, Need.Manager, (_, body) =>
            Set(body));
        api.Post("/api/paper/language", UiJson.Default.LocaleBody, done, Need.Manager, (_, body) =>
            Speak(body));
        api.Post("/api/paper/test", UiJson.Default.DoneDocument, UiJson.Default.PrintedDocument, Need.Cashier,
            (_, _) => Test());
        api.Post("/api/paper/print", UiJson.Default.DoneDocument, UiJson.Default.PrintedDocument,
            Need.Cashier,
            (_, _) => Print());
        api.Post("/api/drill/start", UiJson.Default.DrillBody, done, Need.Manager, Start);
        api.Post("/api/drill/end", UiJson.Default.DoneDocument, UiJson.Default.SlipDocument, Need.Manager,
            End);
    }

    private PaperDocument Paper()
    {
        var (paper, store) = (context.Store.Paper, context.Store);
        return new PaperDocument(
            paper.Printer?.Address, paper.Printer?.PaperMillimetres ?? 80, paper.Printer?.Drawer ?? true,
            paper.Locale ?? "", [.. Locale.All.Select(locale => locale.Name)],
                context.Printing.Last,
            context.Printing.WaitingCount, store.Enrolment?.IsTraining ?? false, store.Drill?.Until,
            store.StoreLocale.Name);
    }

    private ApiAnswer<PaperDocument> Set(PrinterBody body)
    {
        var address = body.Address.Trim();
        if (address.Length > 0 && PrinterAddress.TryParse(address) is null)
            return ApiFault.Of(FaultCode.BadInput, PrinterAddress.Help);
        if (body.PaperMillimetres is not (80 or 58))
            return ApiFault.Of(FaultCode.BadInput, "Rolls are 80 or 58 millimetres wide.");
        return Changed(paper => paper with
        {
            Printer = address.Length == 0
                ? null
                : new PrinterSettings(address, body.PaperMillimetres, body.Drawer, paper.Printer?.Logo),
        });
    }

    private ApiAnswer<PaperDocument> Speak(LocaleBody body) => body.Locale.Length == 0
        ? Changed(paper => paper with { Locale = null })
        : Locale.Find(body.Locale) is { } locale
        ? Changed(paper => paper with { Locale = locale.Name })
        : ApiFault.Of(FaultCode.BadInput, "That is no language of this terminal.");

    private ApiAnswer<PaperDocument> Changed(Func<PaperSettings, PaperSettings> change)
    {
        var outcome = context.Store.ChangePaper(change);
        return outcome.IsStored ? Paper() : ApiFault.Of(outcome);
    }

    private async Task<ApiAnswer<PrintedDocument>> Test() => new PrintedDocument(
        await context.Printing.PrintTest(CancellationToken.None), context.Printing.WaitingCount);

    private async Task<ApiAnswer<PrintedDocument>> Print() => new PrintedDocument(
        await context.Printing.PrintWaiting(CancellationToken.None), context.Printing.WaitingCount);

    private ApiAnswer<PaperDocument> Start(ApiCall call, DrillBody body)
    {
        var outcome = context.Store.StartDrill(body.Minutes, call.Cashier);
        return outcome.IsStored ? Paper() : ApiFault.Of(outcome);
    }

    private ApiAnswer<SlipDocument> End(ApiCall call, DoneDocument body)
    {
        var outcome = context.Store.EndDrillIfOver() ?? context.Store.EndDrill(call.Cashier);
        if (outcome is not { IsStored: true, Entry: { Body: DrillEnded } entry })
            return ApiFault.Of(outcome);
        Out(entry);
        return new SlipDocument("", EntryPaper.Of(context.Store, entry)!.ToString());
    }

    private void Out(Entry entry)
    {
        if (context.Printing.HasPrinter)
            context.Printing.Ring();
        else
            context.Store.MarkPrinted(entry);
    }
}
