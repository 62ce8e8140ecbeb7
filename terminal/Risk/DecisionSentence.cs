using CloudPos.Languages;

namespace CloudPos.Terminal.Risk;

/// <summary>
/// The cashier's side of the decision: what is the matter, and what to do instead. One text per reason, in
/// the language files; a reason without one is a bug, and a test asks for every one.
/// </summary>
internal static class DecisionSentence
{
    public static string Of(DecisionReason reason) => Of(reason, Said.In("en"));

    public static string Of(DecisionReason reason, Said said) => said[$"decision.{reason}"];
}
