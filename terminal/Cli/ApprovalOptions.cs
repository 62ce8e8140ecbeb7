using System.CommandLine;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.People;

namespace CloudPos.Terminal.Cli;

/// <summary>
/// How a card is to be approved, and by which manager: the options of a verb that takes one.
/// </summary>
internal sealed class ApprovalOptions
{
    private const string PreferOnline = "prefer-online";
    private const string RequireOnline = "require-online";
    private const string ForceOffline = "force-offline";

    public Option<string> Approval { get; } = new("--approval")
    {
        Description = $"{PreferOnline}: ask the issuer if he answers; {RequireOnline}: only he may accept; "
            + $"{ForceOffline}: ask nobody, where the policy allows it.",
        HelpName = "HOW",
        DefaultValueFactory = _ => PreferOnline,
    };

    public Option<string?> Manager { get; } = new("--manager")
    {
        Description = "The manager who approves what is above the floor limit; 'people list' names them.",
        HelpName = "PERSON",
    };

    public Option<string?> ManagerPin { get; } = new(PinArguments.ManagerPin)
    {
        Description = "The manager's PIN; - reads it from standard input, where no other user can see it.",
        HelpName = "PIN",
    };

    /// <param name="order">How, when nothing is wrong.</param>
    /// <returns>Null, or what is wrong.</returns>
    public VerbResult? Read(TerminalContext context, ParseResult parse, out ApprovalOrder order)
    {
        order = ApprovalOrder.Usual;
        var how = parse.GetValue(Approval);
        ApprovalBehaviour? behaviour = how switch
        {
            PreferOnline => ApprovalBehaviour.PreferOnline,
            RequireOnline => ApprovalBehaviour.RequireOnline,
            ForceOffline => ApprovalBehaviour.ForceOffline,
            _ => null,
        };
        if (behaviour is null)
            return VerbResult.Error(
                ExitCode.BadInput,
                $"'{how}' is no approval: say {PreferOnline}, {RequireOnline} or {ForceOffline}.");
        var wrong = ReadManager(context, parse, out var approver);
        order = new ApprovalOrder(behaviour.Value, approver);
        return wrong;
    }

    /// <summary>For what the screen lets nobody do but a manager; a store without staff has none to
    /// ask.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public VerbResult? NeedManager(TerminalContext context, ParseResult parse) =>
        ReadManager(context, parse, out var approver)
        ?? (approver is null && context.Store.Staff.Count > 0
            ? ManagerMissing
            : null);

    public static VerbResult ManagerMissing => VerbResult.Error(
        ExitCode.NotPermitted, "This takes a manager: name one with --manager and --manager-pin.");

    /// <param name="approver">The manager whose PIN is right; null when none is named.</param>
    /// <returns>Null, or what is wrong.</returns>
    public VerbResult? ReadManager(TerminalContext context, ParseResult parse, out string? approver)
    {
        approver = null;
        var (manager, pin) = (parse.GetValue(Manager), parse.GetValue(ManagerPin));
        if (manager is null != pin is null)
            return VerbResult.Error(
                ExitCode.BadInput, "A manager is named with --manager and --manager-pin.");
        if (manager is null)
            return null;
        var checkedPin = context.Pins.CheckManager(manager, pin);
        approver = checkedPin.Member?.Person;
        return checkedPin.IsRight
            ? null
            : VerbResult.Error(
                checkedPin.Status == PinStatus.NotStored ? ExitCode.NotStored : ExitCode.NotPermitted,
                checkedPin.Sentence);
    }
}
