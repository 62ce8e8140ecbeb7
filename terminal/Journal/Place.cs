using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// Where an entry lies among all epochs of this folder, as the one integer that the tables are keyed by.
/// </summary>
internal readonly record struct Place(long Value) : IComparable<Place>
{
    private const int NumberBits = 40;

    public Place(int epoch, long number) : this(((long)epoch << NumberBits) | number)
    {
    }

    public int Epoch => (int)(Value >> NumberBits);

    public long Number => Value & ((1L << NumberBits) - 1);

    public static Place Of(EntryHeader header) => new(header.Journal.Epoch, header.Number);

    public int CompareTo(Place other) => Value.CompareTo(other.Value);
}
