using System.CommandLine;
using CloudPos.Cards;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Risk;

namespace CloudPos.Terminal.Cli;

/// <summary>
/// attempts: card payments whose outcome is not known, and those that wait for one; attempts abandon gives
/// the former up.
/// </summary>
internal sealed class AttemptsVerbs(VerbHost host)
{
    /// <summary>The oldest are shown; the sum over all stands above them.</summary>
    private const int WaitingMax = 1_000;

    private const int LostMax = 100;
    private static readonly TimeSpan LostShown = TimeSpan.FromDays(7);

    private readonly Option<string?> _payment = new("--payment")
    {
        Description = "The payment to give up.",
        HelpName = "ID",
    };

    private readonly Option<bool> _all = new("--all") { Description = "Give all of them up." };

    private readonly Option<string> _reason = new("--reason")
    {
        Description = "Why; stands in the journal.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => "given up by the cashier",
    };

    public Command Create()
    {
        var abandon = new Verb(
            "abandon", "Give attempts up: whatever became of them is undone by the back office.",
            "attempts abandon --data till1 --all",
            "attempts abandon --data till1 --payment 0123456789abcdef0123456789abcdef")
        {
            host.Data, _payment, _all, _reason,
        };
        abandon.SetAction(parse => host.OnTerminal(parse, context => Abandon(context.Store, parse)));
        var attempts = new Verb(
            "attempts", "List card payments that began and have no end: a crash, or a disk that failed. "
                + "'attempts abandon' gives one up; 'sale --keep' sells its basket with it. Below them those "
                + "that were accepted and wait for their outcome: how old, by when to be submitted, at risk; "
                + "and those of the last seven days whose banks said no after the goods had left.",
            "attempts --data till1")
        {
            host.Data, abandon,
        };
        attempts.SetAction(parse => host.OnTerminal(parse, context => List(context.Store)));
        return attempts;
    }

    public static IReadOnlyList<AttemptDocument> LinesOf(TerminalStore store) =>
        [.. store.OpenAttempts.Select(open => new AttemptDocument(
            open.Payment, open.Sale, open.Amount, open.Online, open.At, open.Number,
            StatusVerb.WaitingOf(
                open.Amount, open.At, SubmissionDeadline.Of(open, store.Policy), store.Now)))];

    private static VerbResult List(TerminalStore store)
    {
        var open = LinesOf(store);
        var waiting = store.PaymentsWaiting(WaitingMax).Select(
            row => StatusVerb.DocumentOf(store, row)).ToList();
        var text = open.Count == 0
            ? "No attempt is open.\n"
            : string.Concat(open.Select(attempt =>
                $"{attempt.Payment}  {attempt.Amount,12}  {attempt.At:yyyy-MM-dd HH:mm:ss}Z  "
                + $"{(attempt.Online ? "may have been charged" : "not asked")}"
                + $"{StatusVerb.TextOf(attempt.Waiting)}\n"));
        text += string.Concat(store.Exposures.Select(
            exposure => $"At risk: {exposure.Amount}, payments that wait: {exposure.Count}\n"));
        text += string.Concat(waiting.Select(payment =>
            $"{payment.Payment}  {payment.Amount,12}  {payment.ReceiptNumber}"
            + $"{StatusVerb.TextOf(payment.Waiting)}\n"));
        var lost = store.PaymentsLost(store.Now - LostShown, LostMax).Select(
            row => StatusVerb.DocumentOf(store, row)).ToList();
        text += string.Concat(lost.Select(payment =>
            $"{payment.Payment}  {payment.Amount,12}  {payment.ReceiptNumber}, "
            + $"{StatusVerb.TextOf(payment)}\n"));
        return VerbResult.Done(
            text, new AttemptsDocument(open, waiting) { Lost = lost }, CliJson.Default.AttemptsDocument);
    }

    private VerbResult Abandon(TerminalStore store, ParseResult parse)
    {
        var (text, all) = (parse.GetValue(_payment), parse.GetValue(_all));
        if (text is null == !all)
            return VerbResult.Error(ExitCode.BadInput, "Say either --payment ID or --all.");
        Id payment = default;
        if (text is not null && !Id.TryParse(text, out payment))
            return VerbResult.Error(ExitCode.BadInput, "A payment id is 32 lower-case hexadecimal digits.");
        var reason = CardScrubber.Mask(parse.GetValue(_reason)!);
        var done = new List<Id>();
        foreach (var id in all ? store.OpenAttempts.Select(open => open.Payment).ToArray() : [payment])
        {
            var outcome = store.AbandonPayment(id, reason);
            if (!outcome.IsStored)
                return VerbResult.Error(outcome);
            done.Add(id);
        }
        var told = string.Concat(done.Select(id => $"{id} is given up.\n"));
        return VerbResult.Done(
            done.Count == 0 ? "No attempt is open.\n" : told, new AbandonedDocument(done),
            CliJson.Default.AbandonedDocument);
    }
}
