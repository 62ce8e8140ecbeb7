namespace CloudPos.Terminal.Checkout;

/// <summary>How the cashier wants a card to be approved.</summary>
/// <param name="Approver">The manager who approves, whose PIN was checked; null when none does.</param>
internal sealed record ApprovalOrder(ApprovalBehaviour Behaviour, string? Approver = null)
{
    public static ApprovalOrder Usual { get; } = new(ApprovalBehaviour.PreferOnline);
}
