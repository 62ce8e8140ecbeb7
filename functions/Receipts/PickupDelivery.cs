using System.Text;
using MimeKit;

namespace CloudPos.Functions.Receipts;

/// <summary>
/// Writes mails into a folder as .eml. A file is whole or not there: it is written under another name, forced
/// to disk, and renamed. Its name follows from the Message-ID, so that a repeat replaces the same file.
/// </summary>
internal sealed class PickupDelivery(string folder) : IMailDelivery
{
    public async Task<Handover> Deliver(MimeMessage message, CancellationToken cancel)
    {
        var name = NameOf(
            message.MessageId ?? throw new ArgumentException("The mail has no id.", nameof(message)));
        var path = Path.Combine(folder, name + ".eml");
        // Two that write the same mail at once write two files and rename them to the same name.
        var beside = Path.Combine(folder, $".{name}.{Id.New()}.tmp");
        try
        {
            Directory.CreateDirectory(folder);
            await using (
                var file = new FileStream(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await message.WriteToAsync(file, cancel);
                file.Flush(flushToDisk: true);
            }
            File.Move(beside, path, overwrite: true);
            return Handover.Done;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new Handover(
                DeliveryResult.NotNow, $"the pickup folder cannot be written: {fault.GetType().Name}");
        }
        finally
        {
            // Gone with the renaming; what is left otherwise, also of a program that is told to end.
            if (File.Exists(beside))
                File.Delete(beside);
        }
    }

    /// <summary>
    /// Letters, digits, dots and hyphens of the id; nothing that means anything to a file system.
    /// </summary>
    private static string NameOf(string messageId)
    {
        var name = new StringBuilder(messageId.Length);
        foreach (var c in messageId)
            name.Append(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_');
        return name.ToString();
    }
}
