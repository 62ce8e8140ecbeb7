using CloudPos.Cards;
using CloudPos.Terminal.Reader;

namespace CloudPos.Terminal.Training;

/// <summary>
/// Cards to practise with where no reader is at hand: published test cards, which no bank has given to
/// anybody. Only a terminal to practise on offers them.
/// </summary>
internal static class PracticeCards
{
    public static IReadOnlyDictionary<string, CardSource> All { get; } = new Dictionary<string, CardSource>
    {
        ["visa-contactless"] = CardSource.FromTlv(
            "8407A0000000031010500B564953412043524544495457104988438843884305D3012201824246505A08498843"
            + "88438843055F24033012315F34010182021980950500000080009F100706010A03A000009F1A0202769F260811"
            + "2C0913F81076259F2701809F3303E0F8C89F34031F03029F3501229F36021D0B9F37043B666192",
            EntryMode.Contactless),
        ["mastercard-chip"] = CardSource.FromTlv(
            "8407A0000000041010500A4D41535445524341524457105100290029002909D3012201055208215A0851002900"
            + "290029095F24033012315F34010182023900950500000080009F10120110A00003220000000000000000000000"
            + "FF9F1A0202769F260830BA35433610EF1B9F2701809F3303E0F8C89F34031F03029F3501229F3602176C9F3704"
            + "924FB7FB",
            EntryMode.Chip),
    };
}
