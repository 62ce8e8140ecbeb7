using System.Globalization;
using System.Text;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Journal;

namespace CloudPos.Terminal.Cli;

/// <summary>How the program ends. Scripts rely on the numbers; none is ever reused.</summary>
internal enum ExitCode
{
    Done = 0,
    BadInput = 2,
    NotEnrolled = 3,
    RefusedByPolicy = 4,
    Declined = 5,
    JournalDamaged = 6,
    FolderInUse = 7,
    BackOfficeUnreachable = 8,
    Unknown = 9,
    NotStored = 10,
    NotPermitted = 11,
    PrinterFailed = 12,
    Internal = 70,
}

/// <summary>The one table of exit codes, and what of the terminal's own outcomes ends with which.</summary>
internal static class ExitCodes
{
    private static readonly (ExitCode Code, string Meaning)[] Table =
    [
        (ExitCode.Done, "done"),
        (ExitCode.BadInput, "bad input: nothing was done, the message says what to change"),
        (ExitCode.NotEnrolled, "the terminal is not enrolled"),
        (ExitCode.RefusedByPolicy, "the card is refused by the offline policy; JSON has the numbered reason"),
        (ExitCode.Declined, "the card is declined by its issuer"),
        (ExitCode.JournalDamaged, "the journal is damaged: nothing is added to it"),
        (ExitCode.FolderInUse, "another program is using the data folder"),
        (ExitCode.BackOfficeUnreachable, "the back office did not answer, or refused"),
        (ExitCode.Unknown, "the outcome is not known: look at 'status' before trying again"),
        (ExitCode.NotStored, "nothing was stored: the disk is full or failing"),
        (ExitCode.NotPermitted, "the PIN is wrong or not looked at, or this takes a manager"),
        (ExitCode.PrinterFailed, "the printer did not print; what it was to print waits"),
        (ExitCode.Internal, "an error in the program"),
    ];

    /// <summary>As --help prints it.</summary>
    public static string Text()
    {
        var text = new StringBuilder("Exit codes:\n");
        foreach (var (code, meaning) in Table)
            text.Append(CultureInfo.InvariantCulture, $"  {(int)code,2}  {meaning}\n");
        return text.ToString();
    }

    public static ExitCode Of(WriteStatus status) => status switch
    {
        WriteStatus.Stored or WriteStatus.AlreadyStored => ExitCode.Done,
        WriteStatus.NotEnrolled => ExitCode.NotEnrolled,
        WriteStatus.JournalDamaged => ExitCode.JournalDamaged,
        WriteStatus.Differs or WriteStatus.AttemptNotOpen or WriteStatus.SaleUnknown
            or WriteStatus.AlreadyVoided or WriteStatus.Malformed or WriteStatus.OutcomeKnown
            or WriteStatus.EpochNotFinished or WriteStatus.EnrolmentRefused
            or WriteStatus.KeysRefused => ExitCode.BadInput,
        WriteStatus.DiskFull or WriteStatus.Busy or WriteStatus.IoError => ExitCode.NotStored,
        WriteStatus.Unknown => ExitCode.Unknown,
        _ => ExitCode.Internal,
    };

    public static ExitCode Of(OpenStatus status) => status switch
    {
        OpenStatus.Opened => ExitCode.Done,
        OpenStatus.FolderInUse => ExitCode.FolderInUse,
        OpenStatus.DiskFull => ExitCode.NotStored,
        OpenStatus.FolderNotUsable or OpenStatus.SchemaNewer => ExitCode.BadInput,
        OpenStatus.DamagedBeforeMigration => ExitCode.JournalDamaged,
        _ => ExitCode.Internal,
    };

    public static ExitCode Of(SaleStatus status) => status switch
    {
        SaleStatus.Completed => ExitCode.Done,
        SaleStatus.BadInput => ExitCode.BadInput,
        SaleStatus.NotEnrolled => ExitCode.NotEnrolled,
        SaleStatus.JournalDamaged => ExitCode.JournalDamaged,
        SaleStatus.Refused => ExitCode.RefusedByPolicy,
        SaleStatus.Declined or SaleStatus.PartPaid => ExitCode.Declined,
        SaleStatus.NotStored => ExitCode.NotStored,
        SaleStatus.Unknown => ExitCode.Unknown,
        _ => ExitCode.Internal,
    };
}
