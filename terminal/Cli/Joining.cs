using CloudPos.Terminal.Uplink;

namespace CloudPos.Terminal.Cli;

/// <summary>How joining a merchant ended: an answer, or an exit code and a sentence.</summary>
internal sealed record JoinResult(
    Wire.EnrolAnswer? Answer, ExitCode Code, string Sentence, ForwardReport? Fetched)
{
    public static JoinResult Not(ExitCode code, string sentence) => new(null, code, sentence, null);
}

/// <summary>Joins a merchant with a one-time code; the verb and the set-up screen both do it here.</summary>
internal static class Joining
{
    private static string Software { get; } =
        $"cloudpos-terminal {typeof(Joining).Assembly.GetName().Version?.ToString(3)}";

    public static async Task<JoinResult> Join(
        TerminalContext context, string url, string code, CancellationToken cancel)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || !BackOfficeClient.IsAllowed(address))
            return JoinResult.Not(
                ExitCode.BadInput,
                "The back office's address is an https address; http is for this very machine only.");
        if (context.Store.RefusesEnrolment() is { } refused)
            return JoinResult.Not(ExitCodes.Of(refused.Status), refused.Sentence);
        using var client = new BackOfficeClient(address, context.Time, context.Line);
        using var key = context.Store.PrepareDeviceKey();
        var joined = await Enroller.Enrol(
            client, code, key, Software, cancel, context.Store.End);
        if (joined.Enrolment is not { Answer: var answer })
            return JoinResult.Not(
                joined.Reply.Kind == ReplyKind.Refused ? ExitCode.BadInput : ExitCode.BackOfficeUnreachable,
                joined.Sentence);
        var outcome = context.Store.Enrol(address, answer, Software);
        if (!outcome.IsStored)
            return JoinResult.Not(
                ExitCodes.Of(outcome.Status),
                $"{outcome.Sentence} The code is used up by that; ask for a new one.");
        // Whatever this fetches is a head start; 'serve' and 'forward' fetch it as well.
        return new JoinResult(answer, ExitCode.Done, "", await context.Forwarder!.Run(cancel));
    }
}
