using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

/// <summary>What entries of papers change: invoices, copies, and what waits for the printer.</summary>
internal sealed class PaperEffects(PrintTable print, InvoiceTable invoices, JournalTable journal)
{
    /// <summary>The entry's paper waits for the printer.</summary>
    public void Waits(Place place) => print.Add(place);

    /// <summary>False for an entry of another room.</summary>
    public bool TryApply(Entry entry)
    {
        var place = Place.Of(entry.Header);
        switch (entry.Body)
        {
            case ReceiptCopied body:
                print.Copied(place, body.Sale);
                print.Add(place);
                return true;
            case InvoiceIssued body:
                invoices.Issued(place, body);
                print.Add(place);
                return true;
            case InvoiceCopied body:
                print.Copied(place, body.Invoice);
                print.Add(place);
                return true;
            case InvoicePartyErased body:
                var issued = new Place(body.Epoch, body.Number);
                journal.DeleteAttachments(issued, AttachmentKind.InvoiceParty);
                journal.DeleteAttachments(issued, AttachmentKind.Contact);
                return true;
            case InvoiceMailed:
                return true;
            case DrillEnded:
                print.Add(place);
                return true;
            default:
                return false;
        }
    }
}
