namespace CloudPos.Terminal.Risk;

/// <summary>
/// The cashier's side of the decision: what is the matter, and what to do instead. One row per reason.
/// </summary>
internal static class DecisionSentence
{
    public static string Of(DecisionReason reason)
    {
        var (what, instead) = Row(reason);
        return instead.Length == 0 ? what : $"{what} {instead}";
    }

    private static (string What, string Instead) Row(DecisionReason reason) =>
        reason < DecisionReason.SchemeNotAllowed ? TerminalRow(reason)
        : reason < DecisionReason.AtOrOverFloorLimit ? CardRow(reason)
        : LimitRow(reason);

    /// <summary>A reason without a row is a bug, and a test asks for every one.</summary>
    private static ArgumentOutOfRangeException NoRow(DecisionReason reason) =>
        new(nameof(reason), reason, "Not a reason.");

    private static (string What, string Instead) TerminalRow(DecisionReason reason) => reason switch
    {
        DecisionReason.Accepted => ("Accepted offline, subject to authorisation.", ""),
        DecisionReason.NotEnrolled => (
            "This terminal does not belong to a merchant yet.",
            "Take cash, and enrol the terminal with a code from the back office."),
        DecisionReason.Quarantined => (
            "The back office has suspended this terminal.",
            "Take cash or use another terminal, and call support."),
        DecisionReason.JournalDamaged => (
            "This terminal's journal is damaged, so it takes no cards offline.",
            "Take cash or use another terminal, and call support."),
        DecisionReason.OfflineSwitchedOff => (
            "Cards are not accepted while the line is down.",
            "Take cash, or wait for the line."),
        DecisionReason.ForceOfflineNotAllowed => (
            "This terminal may not accept a card without asking.",
            "Sell again and let the issuer be asked."),
        DecisionReason.OnlineRequired => (
            "This sale is to be authorised by the issuer, and the issuer did not answer.",
            "Wait for the line, or take cash."),
        DecisionReason.NoSealingKey => (
            "This terminal has no valid key to protect card data with.",
            "Take cash, and connect the terminal so that it can fetch one."),
        DecisionReason.CurrencyNotAllowed => (
            "Cards in this currency are not accepted while the line is down.",
            "Take cash, or wait for the line."),
        _ => throw NoRow(reason),
    };

    private static (string What, string Instead) CardRow(DecisionReason reason) => reason switch
    {
        DecisionReason.SchemeNotAllowed => (
            "Cards of this brand are not accepted while the line is down.",
            "Ask for another card, or take cash."),
        DecisionReason.EntryModeNotAllowed => (
            "A card read this way is not accepted while the line is down.",
            "Ask the customer to insert the card, or take cash."),
        DecisionReason.CardExpired => (
            "The card has expired.",
            "Ask for another card, or take cash."),
        DecisionReason.ServiceCodeForbidsOffline => (
            "The card's issuer has to be asked, and the line is down.",
            "Ask for another card, or take cash."),
        DecisionReason.ServiceCodeNotAllowed => (
            "Cards of this kind are not accepted while the line is down.",
            "Ask for another card, or take cash."),
        DecisionReason.DenyListed => (
            "The card is not accepted.",
            "Ask for another card, or take cash."),
        DecisionReason.InDeniedRange => (
            "Cards of this issuer are not accepted while the line is down.",
            "Ask for another card, or take cash."),
        _ => throw NoRow(reason),
    };

    private static (string What, string Instead) LimitRow(DecisionReason reason) => reason switch
    {
        DecisionReason.AtOrOverFloorLimit => (
            "The amount is too high to be accepted while the line is down.",
            "Take all or part of it in cash, or wait for the line."),
        DecisionReason.SplitSaleOverFloorLimit => (
            "With its last payment this card would pay more than is accepted while the line is down.",
            "Take this part in cash, or wait for the line."),
        DecisionReason.RandomlySelected => (
            "This payment was picked to be authorised by the issuer, and the line is down.",
            "Take cash, or wait for the line."),
        DecisionReason.CardCountReached => (
            "This card was already used as often as is allowed while the line is down.",
            "Ask for another card, or take cash."),
        DecisionReason.CardAmountReached => (
            "This card would pay more than is allowed while the line is down.",
            "Ask for another card, or take part of it in cash."),
        DecisionReason.ExposureAmountReached => (
            "This terminal would hold more unconfirmed card payments than it may.",
            "Take cash until the line is back."),
        DecisionReason.ExposureCountReached => (
            "This terminal already holds as many unconfirmed card payments as it may.",
            "Take cash until the line is back."),
        DecisionReason.OfflineTooLong => (
            "The back office has not answered for too long.",
            "Take cash until the line is back."),
        _ => throw NoRow(reason),
    };
}
