using System.CommandLine;

namespace CloudPos.Terminal.Cli;

/// <summary>Which sale is taken back, and why: the same words wherever it is asked.</summary>
internal static class SlipOptions
{
    private const int ReasonLengthMax = 200;

    /// <summary>What a reason may not be; null when nothing is wrong with it.</summary>
    public static string? FaultOf(string reason) =>
        reason.Length is 0 or > ReasonLengthMax || reason.Any(char.IsControl)
            ? $"A reason has 1 to {ReasonLengthMax} characters."
            : null;

    /// <param name="more">What is to be said of receipts beyond how they are named.</param>
    public static Option<string> Receipt(string more = "") => new("--receipt")
    {
        Description = "The receipt's number: as printed, or the running number alone." + more,
        HelpName = "N",
        Required = true,
    };

    public static Option<string> Reason() => new("--reason")
    {
        Description = "Why; stands on the slip and in the journal.",
        HelpName = "TEXT",
        Required = true,
    };
}
