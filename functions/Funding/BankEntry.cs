using CloudPos.Functions.Settlement;

namespace CloudPos.Functions.Funding;

/// <summary>One booked entry of an account, as a statement tells it.</summary>
/// <param name="Line">Where it stands in the file.</param>
/// <param name="Amount">Positive when the account was credited.</param>
/// <param name="Reference">The bank's own reference; empty where it gives none.</param>
/// <param name="Text">All that tells what it is for.</param>
internal sealed record BankEntry(
    int Line, DateOnly Booked, Money Amount, string Account, string Reference, string Text);

/// <summary>A statement as it was read: entries, and what could not be read.</summary>
/// <param name="Refusal">Not null when the file as a whole cannot be trusted; nothing of it counts.</param>
internal sealed record BankStatement(
    IReadOnlyList<BankEntry> Entries, IReadOnlyList<FileFault> Faults, FileFault? Refusal = null)
{
    public const int BytesMax = 8 * 1024 * 1024;
    public const int EntriesMax = 20_000;
    public const int TextLengthMax = 500;

    public static BankStatement Refuse(int line, string what) => new([], [], new FileFault(line, what));
}
