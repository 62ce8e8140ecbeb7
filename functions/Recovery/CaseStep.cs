namespace CloudPos.Functions.Recovery;

/// <summary>
/// A line of a case's history: what was done about the loss, when, and by whom. It names no address.
/// </summary>
/// <param name="By">"acquirer", "back office", "customer", "terminal", or a person's name.</param>
internal sealed record CaseStep(DateTimeOffset At, string What, string By)
{
    /// <summary>The newest are kept; a case has three tries and a few sendings.</summary>
    public const int Max = 100;

    public const int WhatLengthMax = 240;
}
