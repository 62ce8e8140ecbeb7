using CloudPos.Journal;
using CloudPos.Languages;
using CloudPos.Wire;

namespace CloudPos.Terminal.Journal;

internal sealed partial class TerminalStore
{
    private MerchantDetails? _merchant;
    private StoreDetails? _place;

    /// <summary>Who sells, as papers name them now. The terminal is enrolled.</summary>
    public InvoiceSeller Seller => Locked(() => new InvoiceSeller(
        _merchant?.Name ?? _enrolment!.MerchantName, _place?.Address ?? _enrolment!.StoreAddress,
        _merchant?.TaxNumber));

    /// <summary>How this terminal writes and speaks: as the store does, unless it was told otherwise
    /// here.</summary>
    public Locale Locale => Locked(() => Locale.Of(_paper.Locale ?? _place?.Locale));

    /// <summary>As the back office has it for the store.</summary>
    public Locale StoreLocale => Locked(() => Locale.Of(_place?.Locale));

    private void ApplyMerchant(MerchantDetails merchant, Batch batch)
    {
        _values.Set(ValueTable.Merchant, merchant, StoreJson.Default.MerchantDetails);
        batch.After(() => _merchant = merchant);
    }

    private void ApplyPlace(StoreDetails place, Batch batch)
    {
        _values.Set(ValueTable.Place, place, StoreJson.Default.StoreDetails);
        batch.After(() => _place = place);
    }
}
