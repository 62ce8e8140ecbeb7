using CloudPos.Functions.Receipts;
using CloudPos.Tests.Contracts;
using MimeKit;

namespace CloudPos.Tests.Functions.Receipts;

public sealed class PickupDeliveryTests : IDisposable
{
    private readonly TestFolder _folder = new();

    [Fact]
    public async Task A_mail_whose_writing_is_given_up_leaves_no_file()
    {
        using var ended = new CancellationTokenSource();
        await ended.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new PickupDelivery(_folder.Path).Deliver(Mail(), ended.Token));

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task A_mail_lies_in_the_folder_once_and_alone()
    {
        var pickup = new PickupDelivery(_folder.Path);

        Assert.Equal(Handover.Done, await pickup.Deliver(Mail(), default));
        Assert.Equal(Handover.Done, await pickup.Deliver(Mail(), default));

        var file = Assert.Single(Directory.GetFiles(_folder.Path));
        Assert.Equal("id.1_example.com.eml", Path.GetFileName(file));
    }

    public void Dispose() => _folder.Dispose();

    private static MimeMessage Mail() => new()
    {
        MessageId = "id.1@example.com", Subject = "Hello", Body = new TextPart("plain") { Text = "A line." },
    };
}
