using CloudPos.Languages;

namespace CloudPos.Terminal.Risk;

/// <summary>
/// The cashier's side of the decision: what is the matter, and what to do instead. One text per reason, in
/// the language files; a reason without one is a bug, and a test asks for every one.
/// </summary>
internal static class DecisionSentence
{
    private const string Forced = "decision.forced.";

    /// <summary>
    /// Where nobody was to be asked the line may well be there, and what to do is to have the issuer asked.
    /// </summary>
    public static string Of(Decision decision)
    {
        var said = Said.In("en");
        return decision.Facts?.Behaviour == ApprovalBehaviour.ForceOffline
            && said.Keys.Contains(Forced + decision.Reason)
                ? said[Forced + decision.Reason]
                : Of(decision.Reason, said);
    }

    public static string Of(DecisionReason reason, Said said) => said[$"decision.{reason}"];
}
